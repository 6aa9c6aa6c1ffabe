"""The habits that all notebooks share, and what in a notebook departs from them.

CONTRIBUTING.md explains the rules to authors; a test compares its lists with those below.
"""

import re
from collections import Counter
from itertools import groupby, pairwise, takewhile
from statistics import median

from markdown_it import MarkdownIt

from book.make.paths import COMPARISON, NOTEBOOKS, kind_of
from book.make.profiles import OWN_TAG

# Level-2 headings of a chapter, in order; a heading may go on after these words. One that has experiments and exercises
# in notebooks beside it:
SECTIONS = (
    *("The problem and the data", "The strongest simple methods", "The model", "Training", "Results"),
    *("Does it generalise", "Where it fails", "The original and this book", "On your own picture"),
    *("Claims of this chapter", "Summary", "How this page was made"),
)
# One that stands alone, with both inside it:
SECTIONS_ALONE = (
    *("The problem and the data", "Baselines first", "Models", "Tuning", "Results", "The original and this book"),
    *("On your own picture", "Claims of this chapter", "Exercises", "Summary", "How this page was made"),
)
# How long a chapter with notebooks beside it may be, and these: cells, and words of prose.
LENGTHS = {"chapter": (110, 3000), "experiments": (120, 3000), "exercises": (120, 3000)}
# Pages such as the one of the data teach no model: they have cells and figures like a chapter, but other sections.
CHAPTER = re.compile(r"(?!00_)\d\d_\w+|template\w*")
# A chapter that searches no grid has no such section.
OPTIONAL_SECTIONS = {"Tuning"}
# The comparison trains nothing, so it has no model to show or to try.
LEFT_OUT = {COMPARISON: {"Models", "On your own picture"}}
FOLDED_TAGS = {"hide-input", "hide-cell", "remove-cell", "solution"}
TAGS = FOLDED_TAGS | {"parameters", OWN_TAG, "stub", "check", "answer", "slide", "try"}
CELL_METADATA = {"tags", "mystnb", "exercise"}
SHOWN_LINES, FOLDED_LINES, MEDIAN_LINES, MARKDOWN_WORDS, CODE_IN_A_ROW = 25, 30, 8, 200, 2


def problems(notebook, name):
    """Return what in a notebook departs from the habits of this book, one sentence a problem.

    Parameters
    ----------
    notebook : dict
        The notebook's JSON, as it lies in the repository.
    name : str
        The chapter's name, which is the file's without its ending.
    """
    cells = notebook["cells"]
    ids = Counter(cell.get("id") for cell in cells)
    found = [f"{count} cells have the id {name!r}" for name, count in ids.items() if name is None or count > 1]
    for cell in cells:
        found += [f"cell {cell.get('id')}: {problem}" for problem in [*cell_problems(cell), *figure_problems(cell)]]
    figures = Counter(cell["metadata"].get("mystnb", {}).get("figure", {}).get("name") for cell in cells)
    found += [f"{count} figures are named {name!r}" for name, count in figures.items() if name and count > 1]
    typical = median(len(source(cell).splitlines()) for cell in cells if cell["cell_type"] == "code")
    if typical > MEDIAN_LINES:
        found.append(f"a typical code cell has {typical:g} lines, at most {MEDIAN_LINES}")
    if CHAPTER.fullmatch(name):
        found += opening_problems(cells, name)
        found += section_problems(cells, name) if kind_of(name) == "chapter" else []
        found += [*length_problems(cells, name), *silent_problems(cells)] if stands_with_others(name) else []
    return found


def stands_with_others(name):
    """Tell whether a notebook is one of several of its project."""
    return kind_of(name) != "chapter" or (NOTEBOOKS / f"{name}_exercises.ipynb").is_file()


def length_problems(cells, name):
    most_cells, most_words = LENGTHS[kind_of(name)]
    words = sum(len(source(cell).split()) for cell in cells if cell["cell_type"] == "markdown")
    if len(cells) > most_cells:
        yield f"{len(cells)} cells, at most {most_cells}"
    if words > most_words:
        yield f"{words} words, at most {most_words}"


def silent_problems(cells):
    """Find shown code cells that follow one another without a sentence between them; folded ones are passed over."""
    shown = [cell for cell in cells if not (cell["cell_type"] == "code" and tags(cell) & {*FOLDED_TAGS, "parameters"})]
    for kind, run in groupby(shown, key=lambda cell: cell["cell_type"]):
        names = [cell.get("id") for cell in run]
        if kind == "code" and len(names) > CODE_IN_A_ROW:
            yield f"{len(names)} code cells from {names[0]} on without a sentence, at most {CODE_IN_A_ROW}"


def undescribed_figures(notebook, executed):
    """Return the ids of cells that showed a picture in a run but have no caption, name and alt text.

    Parameters
    ----------
    notebook, executed : dict
        A notebook and its executed copy.
    """
    described = {cell["id"] for cell in notebook["cells"] if "mystnb" in cell["metadata"]}
    outputs = [(cell["id"], output) for cell in executed["cells"] for output in cell.get("outputs", [])]
    showing = dict.fromkeys(name for name, output in outputs if "image/png" in output.get("data", {}))
    return [name for name in showing if name not in described]


def source(cell):
    """Return the text of a cell, which a file holds as one string or as lines."""
    return "".join(cell["source"])


def tags(cell):
    """Return the set of a cell's tags."""
    return set(cell["metadata"].get("tags", []))


def headings(cells, level):
    """Return the text of the headings of a level, in order."""
    texts = [source(cell) for cell in cells if cell["cell_type"] == "markdown"]
    pairs = [pair for text in texts for pair in pairwise(MarkdownIt().parse(text))]
    return [text.content for token, text in pairs if (token.type, token.tag) == ("heading_open", level)]


def cell_problems(cell):
    kind, text = cell["cell_type"], source(cell)
    if kind == "code":
        size, what = len(text.splitlines()), "lines of code"
        limit = FOLDED_LINES if tags(cell) & {*FOLDED_TAGS, "parameters"} else SHOWN_LINES
    else:
        size, what, limit = len(text.split()), "words", MARKDOWN_WORDS
    rules = {
        f"{size} {what}, at most {limit}": size > limit,
        f"expected Markdown or code, found {kind}": kind not in ("markdown", "code"),
        "a formula in a role; write it between dollars, as Jupyter knows it": kind == "markdown" and "{math}" in text,
        "has outputs; strip them": cell.get("outputs") or cell.get("execution_count"),
        **{f"unknown tag {tag!r}": True for tag in tags(cell) - TAGS},
        **{f"unknown metadata {key!r}": True for key in cell["metadata"].keys() - CELL_METADATA},
    }
    return [problem for problem, found in rules.items() if found]


def figure_problems(cell):
    shown = cell["metadata"].get("mystnb")
    if shown is None:
        return []
    texts = {**dict.fromkeys(("caption", "name")), **shown.get("figure", {}), "alt": shown.get("image", {}).get("alt")}
    found = [f"the figure has no {text}" for text, value in texts.items() if not value]
    named = str(texts["name"]).startswith("fig-")
    return found if named else [*found, f"expected a figure's name as fig-..., found {texts['name']!r}"]


def opening_of(cells):
    """Return the text of a notebook before its first code cell and its first section."""
    texts = [source(cell) for cell in takewhile(lambda cell: cell["cell_type"] == "markdown", cells)]
    return re.split(r"^## ", "\n".join(texts), maxsplit=1, flags=re.MULTILINE)[0]


def opening_problems(cells, name):
    opening = opening_of(cells)
    needed = {
        "a title": r"\A# \S",
        "a box ````{admonition} In this chapter": r"\{admonition\} In this chapter",
        "objectives as [...]{#obj-...}": r"\]\{#obj-[\w-]+\}",
        "what one should know": r"\*\*You should know\*\*",
        "the run that made the page": rf"\{{include\}} \.\./book/_generated/{name}-run\.md",
    }
    # Those beside a chapter share its objectives and what one should know.
    always = {"a title", "the run that made the page"}
    for what, pattern in needed.items() if kind_of(name) == "chapter" else [(what, needed[what]) for what in always]:
        if not re.search(pattern, opening):
            yield f"the opening lacks {what}"
    titles = headings(cells, "h1")
    if len(titles) != 1:
        yield f"expected one title, found {titles}"
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    marked = [number for number, cell in enumerate(code) if "parameters" in tags(cell)]
    if marked != [0]:
        yield f"expected the parameters in the first code cell and only there, found them in {marked}"
    first_section = next((i for i, cell in enumerate(cells) if headings([cell], "h2")), len(cells))
    opened = [i for i, cell in enumerate(cells) if OWN_TAG in tags(cell)]
    tried = kind_of(name) == "chapter" and "On your own picture" not in LEFT_OUT.get(name, set())
    if tried and not (opened and opened[-1] < first_section):
        yield f"no cell tagged {OWN_TAG} opens the reader's own files before the first section"


def section_problems(cells, name):
    order, sections = [], SECTIONS if stands_with_others(name) else SECTIONS_ALONE
    for heading in headings(cells, "h2"):
        section = next((section for section in sections if re.match(rf"{section}\b", heading)), None)
        if section is None:
            yield f"unknown section {heading!r}; make it part of one of {sections}"
        else:
            order.append(section)
    if order != [section for section in sections if section in order]:
        yield f"expected each section once and in the order {sections}, found {order}"
    for missing in sorted(set(sections) - OPTIONAL_SECTIONS - LEFT_OUT.get(name, set()) - set(order)):
        yield f"section {missing!r} is missing"
    if not any(f"../book/_generated/{name}-claims.md" in source(cell) for cell in cells):
        yield "the claims are not included"
