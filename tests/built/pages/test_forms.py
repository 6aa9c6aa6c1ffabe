"""What readers do with a page: enlarge a picture, look up what made it, follow an old link, search."""

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

from book.make.paths import ROOT

CHAPTER = "notebooks/04_denoising.html"


def test_a_picture_enlarges_on_a_click_and_escape_closes_it(visit):
    with visit(CHAPTER) as seen:
        page = seen.page
        link = page.locator("article a.enlarge").first
        small = link.locator("img").bounding_box()["width"]
        link.click()
        large = page.locator("dialog.enlarged img")
        page.wait_for_function("document.querySelector('dialog.enlarged img').complete")
        assert large.bounding_box()["width"] > 1.5 * small
        assert large.get_attribute("alt") == link.locator("img").get_attribute("alt")
        page.keyboard.press("Escape")
        large.wait_for(state="hidden")
        assert page.url.endswith(CHAPTER)
        assert not seen.problems


def test_what_made_a_figure_stands_behind_its_sign(visit):
    with visit(CHAPTER) as seen:
        origin = seen.page.locator("figcaption .origin").first
        made_by = origin.get_by_role("link", name="this cell")
        assert not made_by.is_visible()
        origin.locator("summary").click()
        made_by.click()
        assert seen.page.evaluate("document.querySelector(':target')?.classList.contains('cell')")


def test_old_names_lead_to_where_things_stand_now(html, visit):
    for page, names in yaml.safe_load((ROOT / "book/moved.yml").read_text(encoding="utf-8")).items():
        soup = BeautifulSoup((html / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
        assert {link["id"] for link in soup.select("a.moved")} >= names.keys()
    with visit(f"{CHAPTER}#fig-04-fit") as seen:
        seen.page.wait_for_url("**/04_denoising_experiments.html#fig-04-fit")
    with visit(f"{CHAPTER}#tuning") as seen:
        seen.page.wait_for_url("**/04_denoising_experiments.html#grid-04")


def test_a_hit_of_the_search_leads_to_the_section(visit):
    with visit("search.html?q=hourglass") as seen:
        hit = seen.page.locator("#search-results a[href*='04_denoising.html#']")
        hit.wait_for()
        assert "The model" in hit.inner_text()
        hit.click()
        section = seen.page.locator("section#the-model")
        section.wait_for()
        assert "hourglass" in section.inner_text()
        assert not seen.problems


def test_figures_and_exercises_are_numbered_by_chapter(html, chapters):
    for chapter in chapters:
        soup = BeautifulSoup((html / chapter).read_text(encoding="utf-8"), "html.parser")
        number = soup.select_one("h1 .section-number")
        captions = [caption.get_text() for caption in soup.select("figcaption .caption-number")]
        # The page of the data is no chapter.
        if number is None:
            assert "00_data" in chapter
            continue
        start = number.get_text().split(".")[0]
        assert all(caption.startswith(f"Fig. {start}.") for caption in captions)
        titles = [title.get_text() for title in soup.select(".exercise > .admonition-title")]
        assert all(title.startswith(f"Exercise {start}.") for title in titles)


@pytest.mark.parametrize("kind", ["downloads", "_sources/notebooks"])
def test_notebooks_to_take_away_hold_no_marks_of_the_book(html, kind):
    for path in sorted((html / kind).glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                assert not [mark for mark in ("{glue", "{math}", "{cite", "```{", ")=\n", "{#") if mark in cell.source]


def test_exercises_come_with_and_without_solutions(html):
    for path in sorted((html / "downloads").glob("*_exercises.ipynb")):
        solved = path.with_name(f"{path.stem}_solved.ipynb")
        assert "#### Solution" in solved.read_text(encoding="utf-8")
        assert "#### Solution" not in path.read_text(encoding="utf-8")
