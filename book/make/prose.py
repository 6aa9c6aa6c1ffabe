"""Find numbers that were typed into prose; ``python -m book.make prose`` lists them all.

A measured number reaches a page through glue, an original's figure through glue from ``originals.yml``, and a
number that nobody measured stands in the ``constant`` role. What else looks measured is a fault: see :data:`FAULTS`.
Code, math, citations and the targets of links are not prose.
"""

import re
import sys
from functools import cache
from pathlib import Path

import nbformat
import yaml
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from book.make.paths import ROOT

EXTENSIONS = {"attrs_inline", "colon_fence", "dollarmath", "linkify", "substitution", "tasklist"}

# Stands where a role, code or math was left out, so that its neighbours do not run together.
GAP = "\ufffc"
SPACE = "[ \u00a0\u2009\u202f]"
COUNT = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)"
FAULTS = {
    "decimals, thousands with a comma, versions": r"\d*(?:[.,]\d+)+",
    "four digits and more": rf"\d{{4,}}|\d{{1,3}}(?:{SPACE}\d{{3}})+(?!\d)|\d+e[-+]?\d+",
    "percentages": rf"[^\s{GAP}]+{SPACE}?%|[^\s{GAP}]+ per ?cent\b",
    "large numbers in words": rf"\b{COUNT} (?:thousand|million|billion)\b",
    "multiples": rf"\b(?:twice|thrice|half as|{COUNT} times|{COUNT}-?fold)\b|\b\d+ ?[x\u00d7](?!\w| ?\d)",
}

NOT_PROSE_ROLES = re.compile(r"(glue|cite)(:\w+)?|constant|math|eq|code|download")
REFERENCE_ROLES = {"ref", "numref", "doc", "term"}
NOT_PROSE_DIRECTIVES = re.compile(r"code(-block|-cell)?|math|literalinclude|include|bibliography|glue:(?!figure).*|raw")
# What follows the name of such a directive is a path, a label or a key, not a title.
KEY_DIRECTIVES = {"figure", "image", "glue:figure", "solution", "solution-start"}
PROSE_OPTIONS = re.compile(r"^:(?:alt|caption):(.*)")


@cache
def _parser():
    from markdown_it.renderer import RendererHTML

    return create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), RendererHTML)


def prose(markdown):
    """Return what a reader reads of MyST Markdown, without code, math, citations and glued values.

    Parameters
    ----------
    markdown : str

    Returns
    -------
    list of str
        One text for each paragraph, heading, table cell, title, caption or description of an image; also those
        inside directives. What was left out inside one is marked by :data:`GAP`.
    """
    texts = []
    for token in _parser().parse(markdown):
        if token.type == "inline":
            texts.append(_inline(token.children))
        elif token.type in ("fence", "colon_fence") and token.info.startswith("{"):
            texts += _directive(token)
        elif token.type == "html_block":
            texts.append(re.sub(r"<!--.*?-->|<[^>]*>", " ", token.content, flags=re.DOTALL))
    return texts


def _inline(tokens):
    """Return the text of inline tokens, with a gap for each that is not prose."""
    text, bare_link = "", False
    for token in tokens:
        if token.type == "link_open":
            bare_link = token.info == "auto"
        elif token.type == "link_close":
            bare_link = False
        elif token.type == "text":
            text += GAP if bare_link else token.content
        elif token.type in ("softbreak", "hardbreak"):
            text += " "
        elif token.type == "image":
            text += _inline(token.children)
        elif token.type == "myst_role":
            text += _role(token.meta["name"], token.content)
        elif token.type in ("code_inline", "math_inline", "substitution_inline"):
            text += GAP
    return text


def _role(name, content):
    if NOT_PROSE_ROLES.fullmatch(name):
        return GAP
    if name in REFERENCE_ROLES:
        title, found, _ = content.rpartition("<")
        return title if found else GAP
    return content


def _directive(token):
    """Return the prose of a directive: its title, its body, and the options that are read or read out."""
    name, _, argument = token.info[1:].partition("}")
    if NOT_PROSE_DIRECTIVES.fullmatch(name):
        return []
    lines = token.content.splitlines()
    options = []
    while lines and re.match(r":[\w-]+:", lines[0]):
        options.append(lines.pop(0))
    spoken = [match[1] for match in map(PROSE_OPTIONS.match, options) if match]
    title = "" if name in KEY_DIRECTIVES else argument
    return prose("\n\n".join([title.strip(), *spoken])) + prose("\n".join(lines))


def typed_numbers(markdown):
    """Return every number in prose that a reader would take for a measured one.

    Parameters
    ----------
    markdown : str

    Returns
    -------
    list of str
        As they stand in the text; none is good.
    """
    pattern = re.compile("|".join(f"(?:{fault})" for fault in FAULTS.values()), re.IGNORECASE)
    return [match[0] for text in prose(markdown) for match in pattern.finditer(text)]


def figures_held_by_hand(markdown, figures):
    """Return the original's figures that prose, or its constants, repeat instead of gluing them.

    Parameters
    ----------
    markdown : str
    figures : iterable of float
        Of two digits and more; smaller whole numbers stand in any text.

    Returns
    -------
    list of str
    """
    figures = {float(figure) for figure in figures if figure >= 10 or figure != int(figure)}
    # A figure does not become a constant by being called so.
    opened = re.sub(r"\{constant\}`([^`]*)`", r"\1", markdown)
    numbers = [match for text in prose(opened) for match in re.finditer(rf"(\d[\d,]*(?:\.\d+)?)({SPACE}?%)?", text)]
    return [match[0] for match in numbers if float(match[1].replace(",", "")) / (100 if match[2] else 1) in figures]


def pages():
    """Yield the file, the cell and the Markdown of all prose of the book, captions included."""
    for path in [*sorted((ROOT / "book").rglob("*.md")), ROOT / "data/README.md"]:
        yield str(path.relative_to(ROOT)), "", path.read_text(encoding="utf-8")
    for chapter, entry in yaml.safe_load((ROOT / "book/front.yml").read_text(encoding="utf-8")).items():
        for side in entry.keys() & {"sentence", "original", "here"}:
            yield "book/front.yml", chapter, entry[side]
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            shown = cell.metadata.get("mystnb", {})
            texts = [shown.get("figure", {}).get("caption"), shown.get("image", {}).get("alt")]
            for text in [cell.source] if cell.cell_type == "markdown" else filter(None, texts):
                yield str(path.relative_to(ROOT)), cell.id, text


def faults():
    """Return a line for each typed number in the book's prose: file, cell and the offending text."""
    published = yaml.safe_load((ROOT / "book/originals.yml").read_text(encoding="utf-8"))
    lines = []
    for file, cell, markdown in pages():
        lines += [f"{file} {cell}: {number!r} is typed by hand" for number in typed_numbers(markdown)]
        figures = [entry["value"] for entry in published.get(Path(file).stem, {}).values()]
        lines += [
            f"{file} {cell}: {number!r} is a figure of the original: glue it"
            for number in figures_held_by_hand(markdown, figures)
        ]
    return lines


if __name__ == "__main__":
    sys.exit("\n".join(faults()) or None)
