"""The front pages: cards with small pictures, what is new, the index of figures, the citation."""

import re

import nbformat
import pytest
import yaml
from PIL import Image

from book.make import front_pages
from book.make.paths import NOTEBOOKS, ROOT, all_chapters

ENTRIES = yaml.safe_load((ROOT / "book/front.yml").read_text(encoding="utf-8"))
CHAPTER = "04_denoising"
STAGED = {name: nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4) for name in all_chapters()}
ONE = {CHAPTER: STAGED[CHAPTER]}


@pytest.fixture
def results(tmp_path):
    """A build with the one picture that the card shows, larger than a card."""
    folder = tmp_path / "results" / CHAPTER
    folder.mkdir(parents=True)
    (folder / "provenance.json").touch()
    Image.linear_gradient("L").resize((1600, 400)).convert("RGBA").save(folder / f"{ENTRIES[CHAPTER]['picture']}.png")
    return tmp_path


def test_a_card_shows_a_small_picture_with_its_alt_text_and_leads_to_the_chapter(results, tmp_path):
    text = front_pages.cards(results, ONE, ENTRIES, tmp_path)
    assert f":link: ../notebooks/{CHAPTER}\n" in text
    assert re.search(r":alt: \S", text)
    assert ENTRIES[CHAPTER]["sentence"] in text
    with Image.open(tmp_path / f"{CHAPTER}.png") as image:
        assert image.width == front_pages.THUMBNAIL[0]
    assert (tmp_path / f"{CHAPTER}.png").stat().st_size < 100_000


def test_only_chapters_of_the_run_have_cards_and_rows(results, tmp_path):
    assert "02_centre_pixel" not in front_pages.cards(results, ONE, ENTRIES, tmp_path)
    assert "02_centre_pixel" not in front_pages.originals_table([CHAPTER], ENTRIES)
    assert "none of these chapters" in front_pages.originals_table([], ENTRIES)


def test_a_card_of_a_figure_that_is_not_there_is_refused(results, tmp_path):
    entries = {CHAPTER: {**ENTRIES[CHAPTER], "figure": "fig-04-nothing"}}
    with pytest.raises(ValueError, match=r"04_denoising: expected a figure of \[.*\], found fig-04-nothing"):
        front_pages.cards(results, ONE, entries, tmp_path)


@pytest.mark.parametrize("chapter", ENTRIES)
def test_the_picture_of_a_card_is_that_of_the_figure_whose_alt_text_it_has(chapter):
    shown = [cell for cell in STAGED[chapter].cells if "mystnb" in cell.metadata]
    (cell,) = [cell for cell in shown if cell.metadata["mystnb"]["figure"]["name"] == ENTRIES[chapter]["figure"]]
    assert re.search(rf'book\.record\(\s*"{ENTRIES[chapter]["picture"]}"', cell.source)


def test_every_chapter_but_the_data_is_on_the_front_page():
    assert set(all_chapters()) - set(ENTRIES) == {"00_data"}


def test_values_are_glued_from_the_chapters_page():
    said = front_pages.glued_from(CHAPTER, "{glue:text}`test_bce:.4f` and {constant}`95 %`")
    assert said == "{glue:text}`../notebooks/04_denoising.ipynb::test_bce:.4f` and {constant}`95 %`"


def test_the_index_names_every_figure_of_every_chapter():
    text = front_pages.figure_index(STAGED)
    names = [name for notebook in STAGED.values() for name, _, _ in front_pages.figures(notebook)]
    assert len(names) > 50
    assert re.findall(r"\{numref\}`(fig-[\w-]+)`: \S", text) == names


def test_the_citation_is_bibtex_of_what_the_file_holds():
    citation = {
        "authors": [{"name": "The makers"}, {"family-names": "Doe", "given-names": "Jo"}],
        "title": "A book",
        "version": "1.0",
        "license": "MIT",
        "date-released": "2030-01-02",
    }
    text = front_pages.bibtex(citation)
    assert "author = {{The makers} and Doe, Jo}," in text
    assert "title = {{A book}}," in text
    assert "year = {2030}," in text
    assert "doi" not in text
    assert text.count("{") == text.count("}")
    assert "The authors of Predicting Pixels" in front_pages.citation_page()
