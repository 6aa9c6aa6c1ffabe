"""Every notebook keeps the habits of this book, and each departure from them is seen."""

import json
import re

import nbformat
import pytest

from book.make.paths import NOTEBOOKS, ROOT, TEMPLATE, all_notebooks
from tests.notebooks import structure
from tests.notebooks.planted import cell, drop, put, reword, with_fault


@pytest.mark.parametrize("name", [*all_notebooks(), TEMPLATE])
def test_every_notebook_keeps_the_habits(name):
    text = (NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")
    assert structure.problems(json.loads(text), name) == []
    nbformat.validate(nbformat.reads(text, as_version=4))


def test_a_copy_of_the_template_under_another_name_keeps_the_habits():
    assert structure.problems(with_fault(name="07_mine"), "07_mine") == []
    assert "section 'Models' is missing" in structure.problems(with_fault(drop("models"), name="07_mine"), "07_mine")


def describe(name, **mystnb):
    return put(name, metadata={"mystnb": mystnb})


def lengthen(notebook):
    for one in notebook["cells"]:
        if one["cell_type"] == "code":
            one["source"] = "1\n" * 9


def swap_models_and_tuning(notebook):
    models, tuning = cell(notebook, "models"), cell(notebook, "tuning")
    models["source"], tuning["source"] = tuning["source"], models["source"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (put("load", outputs=[{"output_type": "stream"}]), "cell load: has outputs"),
        (put("load", execution_count=3), "cell load: has outputs"),
        (lambda notebook: cell(notebook, "load").pop("id"), "1 cells have the id None"),
        (put("load", id="split"), "2 cells have the id 'split'"),
        (put("models", cell_type="raw"), "cell models: expected Markdown or code, found raw"),
        (put("chosen", source="{math}`x^2`"), "cell chosen: a formula in a role"),
        (put("load", metadata={"tags": ["hide_input"]}), "cell load: unknown tag 'hide_input'"),
        (put("load", metadata={"collapsed": True}), "cell load: unknown metadata 'collapsed'"),
        (put("load", source="1\n" * 26), "cell load: 26 lines of code, at most 25"),
        (put("pairs", source="1\n" * 31), "cell pairs: 31 lines of code, at most 30"),
        (lengthen, "a typical code cell has 9 lines, at most 8"),
        (put("chosen", source="word " * 201), "cell chosen: 201 words, at most 200"),
        (describe("pairs", figure={"name": "fig-x"}, image={"alt": "x"}), "cell pairs: the figure has no caption"),
        (describe("pairs", figure={"caption": "x"}, image={"alt": "x"}), "cell pairs: the figure has no name"),
        (describe("pairs", figure={"caption": "x", "name": "fig-x"}), "cell pairs: the figure has no alt"),
        (describe("pairs", figure={"caption": "x", "name": "x"}, image={"alt": "x"}), "expected a figure's name as"),
        (describe("curves", figure={"name": "fig-template-pairs"}), "2 figures are named 'fig-template-pairs'"),
        (reword("opening", "# A chapter", "A chapter"), "the opening lacks a title"),
        (reword("opening", "In this chapter", "Here"), "the opening lacks a box"),
        (reword("opening", "{#obj-template-error}", ""), "the opening lacks objectives"),
        (reword("opening", "**You should know**", ""), "the opening lacks what one should know"),
        (reword("opening", "-run.md", ".md"), "the opening lacks the run that made the page"),
        (reword("chosen", "The lowest", "# The lowest"), "expected one title"),
        (put("parameters", metadata={}), "expected the parameters in the first code cell"),
        (put("split", metadata={"tags": ["parameters"]}), "expected the parameters in the first code cell"),
        (put("own-files", metadata={}), "no cell tagged own-files opens the reader's own files"),
        (put("split", metadata={"tags": ["own-files"]}), "no cell tagged own-files opens the reader's own files"),
        (reword("models", "## Models", "## Networks"), "unknown section 'Networks'"),
        (drop("summary"), "section 'Summary' is missing"),
        (swap_models_and_tuning, "expected each section once and in the order"),
        (reword("claims", "-claims.md", ".md"), "the claims are not included"),
    ],
)
def test_a_departure_is_seen(change, problem):
    assert problem in "\n".join(structure.problems(with_fault(change), "template"))


def test_a_chapter_with_notebooks_beside_it_has_other_sections_and_a_length():
    found = "\n".join(structure.problems(with_fault(), "04_denoising"))
    assert "unknown section 'Baselines first'" in found
    assert "section 'The strongest simple methods' is missing" in found
    long = with_fault(lambda notebook: notebook["cells"].extend([cell(notebook, "chosen")] * 111))
    put("chosen", source="word " * 30)(long)
    found = "\n".join(structure.problems(long, "04_denoising"))
    assert re.search(r"\d+ cells, at most 110\b.*\d+ words, at most 3000\b", found, re.DOTALL)
    assert "at most 110" not in "\n".join(structure.problems(long, "template"))


def test_a_chapter_without_a_grid_needs_no_tuning():
    assert structure.problems(with_fault(drop("tuning")), "template") == []


def test_a_shown_picture_without_description_is_seen():
    picture = [{"output_type": "display_data", "data": {"image/png": ""}}]
    executed = with_fault(put("pairs", outputs=picture), put("load", outputs=picture))
    assert structure.undescribed_figures(with_fault(), executed) == ["load"]


def test_contributing_lists_the_same_tags_and_sections():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    tags = guide.split("\n## Tags\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([\w-]+)` \|", tags, flags=re.MULTILINE)) == structure.TAGS
    sections = guide.split("\n## The order of a chapter\n")[1].split("\n## ")[0]
    assert tuple(re.findall(r"^\d+\. \*\*(.+?)\*\*", sections, flags=re.MULTILINE)) == structure.SECTIONS
    alone = re.findall(r"^- (\*\*.+)", sections, flags=re.MULTILINE)
    assert tuple(re.findall(r"\*\*(.+?)\*\*", "\n".join(alone))) == structure.SECTIONS_ALONE
    optional = {name for line in alone if "may be left out" in line for name in re.findall(r"\*\*(.+?)\*\*", line)}
    assert optional == structure.OPTIONAL_SECTIONS
    words = " ".join(sections.split())
    assert f"at most {structure.SHOWN_LINES} lines (folded ones and the parameters {structure.FOLDED_LINES})" in words
    assert f"typically no more than {structure.MEDIAN_LINES}; Markdown cells have at most" in words
    assert f"at most {structure.MARKDOWN_WORDS} words" in words


def test_code_that_goes_on_without_a_sentence_is_seen():
    def cells(*names, folded=()):
        return [
            {"cell_type": "code", "id": name, "metadata": {"tags": ["hide-input"] * (name in folded)}} for name in names
        ]

    text = {"cell_type": "markdown", "id": "said", "metadata": {}}
    assert [*structure.silent_problems([*cells("a", "b"), text, *cells("c", "d", "e", folded="d")])] == []
    assert [*structure.silent_problems([text, *cells("a", "b", "c", "d", folded="b")])] == [
        "3 code cells from a on without a sentence, at most 2"
    ]
