"""The habits that all notebooks share, and what in a notebook departs from them.

CONTRIBUTING.md explains the rules to authors; a test compares its lists with those below.
"""

import re
from collections import Counter
from itertools import pairwise
from statistics import median

from markdown_it import MarkdownIt

from book.make.paths import COMPARISON
from book.make.profiles import OWN_TAG

# Level-2 headings of a chapter, in order; a heading may go on after these words.
SECTIONS = (
    "The problem and the data",
    "Baselines first",
    "Models",
    "Tuning",
    "Results",
    "The original and this book",
    "On your own picture",
    "Claims of this chapter",
    "Exercises",
    "Summary",
    "How this page was made",
)
# Pages such as the one of the data teach no model: they have cells and figures like a chapter, but other sections.
CHAPTER = re.compile(r"(?!00_)\d\d_\w+|template")
# A chapter that searches no grid has no such section.
OPTIONAL_SECTIONS = {"Tuning"}
# The comparison trains nothing, so it has no model to show or to try.
LEFT_OUT = {COMPARISON: {"Models", "On your own picture"}}
TAGS = {
    "parameters",
    OWN_TAG,
    "hide-input",
    "hide-cell",
    "remove-cell",
    "stub",
    "solution",
    "check",
    "slide",
}
FOLDED_TAGS = {"hide-input", "hide-cell", "remove-cell", "solution"}
CELL_METADATA = {"tags", "mystnb", "exercise"}
SHOWN_LINES, FOLDED_LINES, MEDIAN_LINES, MARKDOWN_WORDS = 25, 30, 8, 200


def problems(notebook, name):
    """Return what in a notebook departs from the habits of this book.

    Parameters
    ----------
    notebook : dict
        The notebook's JSON, as it lies in the repository.
    name : str
        The chapter's name, which is the file's without its ending.

    Returns
    -------
    list of str
        One sentence a problem, with the cell's id where there is one.
    """
    cells = notebook["cells"]
    found = [*_cell_problems(cells), *_length_problems(cells), *_figure_problems(cells)]
    if CHAPTER.fullmatch(name):
        found += [*_opening_problems(cells, name), *_section_problems(cells, name)]
    return found


def undescribed_figures(notebook, executed):
    """Return the ids of cells that showed a picture in a run but have no caption, name and alt text.

    Parameters
    ----------
    notebook, executed : dict
        A notebook and its executed copy.
    """
    described = {cell["id"] for cell in notebook["cells"] if "mystnb" in cell["metadata"]}
    showing = [
        cell["id"]
        for cell in executed["cells"]
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))
    ]
    return [name for name in showing if name not in described]


def source(cell):
    """Return the text of a cell, which a file holds as one string or as lines."""
    return "".join(cell["source"])


def tags(cell):
    """Return the set of a cell's tags."""
    return set(cell["metadata"].get("tags", []))


def headings(cells, level):
    """Return the text of the headings of a level, in order."""
    found = []
    for cell in cells:
        if cell["cell_type"] == "markdown":
            tokens = MarkdownIt().parse(source(cell))
            opened = [text for token, text in pairwise(tokens) if (token.type, token.tag) == ("heading_open", level)]
            found += [text.content for text in opened]
    return found


def _cell_problems(cells):
    ids = Counter(cell.get("id") for cell in cells)
    found = [f"{count} cells have the id {name!r}" for name, count in ids.items() if name is None or count > 1]
    for cell in cells:
        name = f"cell {cell.get('id')}"
        if cell["cell_type"] not in ("markdown", "code"):
            found.append(f"{name}: expected Markdown or code, found {cell['cell_type']}")
        if cell["cell_type"] == "markdown" and "$" in source(cell):
            found.append(f"{name}: a formula between dollars loses its backslashes; write it as {{math}}")
        if cell.get("outputs") or cell.get("execution_count"):
            found.append(f"{name}: has outputs; strip them")
        found += [f"{name}: unknown tag {tag!r}" for tag in sorted(tags(cell) - TAGS)]
        found += [f"{name}: unknown metadata {key!r}" for key in sorted(cell["metadata"].keys() - CELL_METADATA)]
    return found


def _length_problems(cells):
    found, lengths = [], []
    for cell in cells:
        if cell["cell_type"] == "markdown":
            words = len(source(cell).split())
            if words > MARKDOWN_WORDS:
                found.append(f"cell {cell.get('id')}: {words} words, at most {MARKDOWN_WORDS}")
        else:
            lengths.append(len(source(cell).splitlines()))
            limit = FOLDED_LINES if tags(cell) & {*FOLDED_TAGS, "parameters"} else SHOWN_LINES
            if lengths[-1] > limit:
                found.append(f"cell {cell.get('id')}: {lengths[-1]} lines of code, at most {limit}")
    if lengths and median(lengths) > MEDIAN_LINES:
        found.append(f"a typical code cell has {median(lengths):g} lines, at most {MEDIAN_LINES}")
    return found


def _figure_problems(cells):
    found, names = [], Counter()
    for cell in cells:
        shown = cell["metadata"].get("mystnb")
        if shown is None:
            continue
        figure = shown.get("figure", {})
        texts = {"caption": figure.get("caption"), "name": figure.get("name"), "alt": shown.get("image", {}).get("alt")}
        found += [f"cell {cell.get('id')}: the figure has no {text}" for text, value in texts.items() if not value]
        names[texts["name"]] += 1
        if not str(texts["name"]).startswith("fig-"):
            found.append(f"cell {cell.get('id')}: expected a figure's name as fig-..., found {texts['name']!r}")
    return found + [f"{count} figures are named {name!r}" for name, count in names.items() if count > 1]


def _opening_problems(cells, name):
    opening = source(cells[0])
    needed = {
        "a title": r"\A# \S",
        "a box ````{admonition} In this chapter": r"\{admonition\} In this chapter",
        "objectives as [...]{#obj-...}": r"\]\{#obj-[\w-]+\}",
        "what one should know": r"\*\*You should know\*\*",
        "the run that made the page": rf"\{{include\}} \.\./book/_generated/{name}-run\.md",
    }
    found = [f"the first cell lacks {what}" for what, pattern in needed.items() if not re.search(pattern, opening)]
    titles = headings(cells, "h1")
    if len(titles) != 1:
        found.append(f"expected one title, found {titles}")
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    marked = [number for number, cell in enumerate(code) if "parameters" in tags(cell)]
    if marked != [0]:
        found.append(f"expected the parameters in the first code cell and only there, found them in {marked}")
    first_section = next((i for i, cell in enumerate(cells) if headings([cell], "h2")), len(cells))
    opened = [i for i, cell in enumerate(cells) if OWN_TAG in tags(cell)]
    if "On your own picture" not in LEFT_OUT.get(name, set()) and not (opened and opened[-1] < first_section):
        found.append(f"no cell tagged {OWN_TAG} opens the reader's own files before the first section")
    return found


def _section_problems(cells, name):
    found, order = [], []
    for heading in headings(cells, "h2"):
        section = next((section for section in SECTIONS if re.match(rf"{section}\b", heading)), None)
        if section is None:
            found.append(f"unknown section {heading!r}; make it part of one of {SECTIONS}")
        else:
            order.append(section)
    if order != [section for section in SECTIONS if section in order]:
        found.append(f"expected each section once and in the order {SECTIONS}, found {order}")
    missing = set(SECTIONS) - OPTIONAL_SECTIONS - LEFT_OUT.get(name, set()) - set(order)
    found += [f"section {section!r} is missing" for section in SECTIONS if section in missing]
    if not any(f"../book/_generated/{name}-claims.md" in source(cell) for cell in cells):
        found.append("the claims are not included")
    return found
