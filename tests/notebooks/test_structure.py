"""Every notebook keeps the habits of this book, and each departure from them is seen."""

import json
import re

import nbformat
import pytest

from book.make.paths import NOTEBOOKS, ROOT, TEMPLATE, measuring_chapters, notebooks_of
from tests.notebooks import structure
from tests.notebooks.planted import cell, drop, put, reword, with_fault

# A chapter with tuning and exercises inside.
ALONE = next(name for name in measuring_chapters() if not structure.stands_with_others(name))


@pytest.mark.parametrize("name", notebooks_of("smoke"))
def test_every_notebook_keeps_the_habits(name):
    text = (NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8")
    assert structure.problems(json.loads(text), name) == []
    nbformat.validate(nbformat.reads(text, as_version=4))


@pytest.mark.parametrize("kind", ["", "_experiments", "_exercises"])
def test_a_copy_of_the_template_under_another_name_keeps_the_habits(kind):
    text = (NOTEBOOKS / f"{TEMPLATE}{kind}.ipynb").read_text(encoding="utf-8").replace(TEMPLATE, "04_denoising")
    assert structure.problems(json.loads(text), f"04_denoising{kind}") == []


def describe(name, **mystnb):
    return put(name, metadata={"mystnb": mystnb})


def lengthen(notebook):
    for one in notebook["cells"]:
        if one["cell_type"] == "code":
            one["source"] = "1\n" * 9


def swap_sections(notebook):
    problem, claims = cell(notebook, "problem"), cell(notebook, "claims")
    problem["source"], claims["source"] = claims["source"], problem["source"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (put("load", outputs=[{"output_type": "stream"}]), "cell load: has outputs"),
        (put("load", execution_count=3), "cell load: has outputs"),
        (lambda notebook: cell(notebook, "load").pop("id"), "1 cells have the id None"),
        (put("load", id="split"), "2 cells have the id 'split'"),
        (put("model", cell_type="raw"), "cell model: expected Markdown or code, found raw"),
        (put("model", source="{math}`x^2`"), "cell model: a formula in a role"),
        (put("load", metadata={"tags": ["hide_input"]}), "cell load: unknown tag 'hide_input'"),
        (put("load", metadata={"collapsed": True}), "cell load: unknown metadata 'collapsed'"),
        (put("load", source="1\n" * 26), "cell load: 26 lines of code, at most 25"),
        (put("split", source="1\n" * 31), "cell split: 31 lines of code, at most 30"),
        (lengthen, "a typical code cell has 9 lines, at most 8"),
        (put("model", source="word " * 201), "cell model: 201 words, at most 200"),
        (describe("pairs", figure={"name": "fig-x"}, image={"alt": "x"}), "cell pairs: the figure has no caption"),
        (describe("pairs", figure={"caption": "x"}, image={"alt": "x"}), "cell pairs: the figure has no name"),
        (describe("pairs", figure={"caption": "x", "name": "fig-x"}), "cell pairs: the figure has no alt"),
        (describe("pairs", figure={"caption": "x", "name": "x"}, image={"alt": "x"}), "expected a figure's name as"),
        (describe("curves", figure={"name": "fig-template-pairs"}), "2 figures are named 'fig-template-pairs'"),
        (reword("opening", "# A chapter", "A chapter"), "the opening lacks a title"),
        (reword("in-this-chapter", "In this chapter", "Here"), "the opening lacks a box"),
        (reword("in-this-chapter", "{#obj-template-error}", ""), "the opening lacks objectives"),
        (reword("in-this-chapter", "**You should know**", ""), "the opening lacks what one should know"),
        (reword("in-this-chapter", "-run.md", ".md"), "the opening lacks the run that made the page"),
        (reword("damage-text", "**The damage**", "# The damage"), "expected one title"),
        (put("parameters", metadata={}), "expected the parameters in the first code cell"),
        (put("load", metadata={"tags": ["parameters"]}), "expected the parameters in the first code cell"),
        (put("own-files", metadata={}), "no cell tagged own-files opens the reader's own files"),
        (put("load", metadata={"tags": ["own-files"]}), "no cell tagged own-files opens the reader's own files"),
        (reword("model", "## The model", "## Networks"), "unknown section 'Networks'"),
        (drop("own"), "section 'On your own picture' is missing"),
        (swap_sections, "expected each section once and in the order"),
        (reword("claims", "-claims.md", ".md"), "the claims are not included"),
    ],
)
def test_a_departure_is_seen(change, problem):
    assert problem in "\n".join(structure.problems(with_fault(change), TEMPLATE))


def test_a_chapter_that_stands_alone_has_other_sections():
    found = "\n".join(structure.problems(with_fault(drop("models"), name=ALONE), ALONE))
    assert found == "section 'Models' is missing"
    found = "\n".join(structure.problems(with_fault(), ALONE))
    assert "unknown section 'The strongest simple methods'" in found
    assert "section 'Baselines first' is missing" in found
    # One without a grid needs no tuning.
    assert structure.problems(with_fault(drop("tuning"), name=ALONE), ALONE) == []


def test_a_chapter_with_notebooks_beside_it_has_a_length():
    long = with_fault(lambda notebook: notebook["cells"].extend([cell(notebook, "damage-text")] * 111))
    put("damage-text", source="word " * 30)(long)
    found = "\n".join(structure.problems(long, TEMPLATE))
    assert re.search(r"\d+ cells, at most 110\b.*\d+ words, at most 3000\b", found, re.DOTALL)
    assert "at most 110" not in "\n".join(structure.problems(long, ALONE))


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
