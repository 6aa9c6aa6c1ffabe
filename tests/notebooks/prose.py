"""Find numbers that were typed into prose.

A measured number reaches a page through glue, an original's figure through glue from ``originals.yml``, and a
number that nobody measured stands in the ``constant`` role. What else looks measured is a fault: see :data:`FAULTS`.
Code, math, citations and the targets of links are not prose.
"""

import re
from pathlib import Path

import nbformat
import yaml
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from book.make.paths import NOTEBOOKS, ROOT

EXTENSIONS = {"attrs_inline", "colon_fence", "dollarmath", "linkify", "substitution", "tasklist"}
PARSER = create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), RendererHTML)

# Stands where a role, code or math was left out, so that its neighbours do not run together.
GAP = "\ufffc"
SPACE = "[ \u00a0\u2009\u202f]"
COUNT = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)"
FAULTS = (
    # decimals, thousands with a comma, versions
    r"\d*(?:[.,]\d+)+",
    # four digits and more
    rf"\d{{4,}}|\d{{1,3}}(?:{SPACE}\d{{3}})+(?!\d)|\d+e[-+]?\d+",
    # percentages
    rf"[^\s{GAP}]+{SPACE}?%|[^\s{GAP}]+ per ?cent\b",
    # large numbers in words
    rf"\b{COUNT} (?:thousand|million|billion)\b",
    # multiples
    rf"\b(?:twice|thrice|half as|{COUNT} times|{COUNT}-?fold)\b|\b\d+ ?[x\u00d7](?!\w| ?\d)",
)
TYPED = re.compile("|".join(FAULTS), re.IGNORECASE)

NOT_PROSE_ROLES = re.compile(r"(glue|cite)(:\w+)?|constant|eq|code|download")
REFERENCE_ROLES = {"ref", "numref", "doc", "term"}
NOT_PROSE_DIRECTIVES = re.compile(r"code(-block|-cell)?|literalinclude|include|bibliography|glue:(?!figure).*|raw")
# What follows the name of such a directive is a path, a label or a key, not a title.
KEY_DIRECTIVES = {"figure", "image", "glue:figure", "solution", "solution-start"}


def prose(markdown):
    """Return what a reader reads of MyST Markdown, without code, math, citations and glued values.

    One text for each paragraph, heading, table cell, title, caption or description of an image, those inside directives
    among them. What was left out inside one is marked by :data:`GAP`.
    """
    texts = []
    for token in PARSER.parse(markdown):
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
        match token.type:
            case "link_open" | "link_close":
                bare_link = token.info == "auto" and token.type == "link_open"
            case "text":
                text += GAP if bare_link else token.content
            case "softbreak" | "hardbreak":
                text += " "
            case "image":
                text += _inline(token.children)
            case "myst_role":
                text += _role(token.meta["name"], token.content)
            case "code_inline" | "math_inline" | "substitution_inline":
                text += GAP
    return text


def _role(name, content):
    if name in REFERENCE_ROLES:
        title, _, target = content.rpartition("<")
        return title if title and target else GAP
    return GAP if NOT_PROSE_ROLES.fullmatch(name) else content


def _directive(token):
    """Return the prose of a directive: its title, its body, and the options that are read or read out."""
    name, _, argument = token.info[1:].partition("}")
    if NOT_PROSE_DIRECTIVES.fullmatch(name):
        return []
    options, body = re.fullmatch(r"((?::[\w-]+:[^\n]*\n?)*)(.*)", token.content, re.DOTALL).groups()
    spoken = re.findall(r"^:(?:alt|caption):(.*)", options, re.MULTILINE)
    title = "" if name in KEY_DIRECTIVES else argument
    return prose("\n\n".join([title.strip(), *spoken])) + prose(body)


def typed_numbers(markdown):
    """Return every number in prose that a reader would take for a measured one, as it stands in the text."""
    return [match[0] for text in prose(markdown) for match in TYPED.finditer(text)]


def figures_held_by_hand(markdown, figures):
    """Return the original's figures that prose, or its constants, repeat instead of gluing them.

    Of two digits and more; smaller whole numbers stand in any text.
    """
    figures = {float(figure) for figure in figures if figure >= 10 or figure != int(figure)}
    # A figure does not become a constant by being called so.
    opened = re.sub(r"\{constant\}`([^`]*)`", r"\1", markdown)
    numbers = [match for text in prose(opened) for match in re.finditer(rf"(\d[\d,]*(?:\.\d+)?)({SPACE}?%)?", text)]
    return [match[0] for match in numbers if float(match[1].replace(",", "")) / (100 if match[2] else 1) in figures]


def pages():
    """Yield the file, the cell and the Markdown of all prose of the book, captions included."""
    for path in [*sorted((ROOT / "book").rglob("*.md")), ROOT / "data/README.md"]:
        yield path.relative_to(ROOT), "", path.read_text(encoding="utf-8")
    for chapter, entry in yaml.safe_load((ROOT / "book/front.yml").read_text(encoding="utf-8")).items():
        yield from (
            (Path("book/front.yml"), chapter, entry[side]) for side in {"sentence", "original", "here"} & {*entry}
        )
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            shown = cell.metadata.get("mystnb", {})
            texts = [shown.get("figure", {}).get("caption", ""), shown.get("image", {}).get("alt", "")]
            texts = [cell.source] if cell.cell_type == "markdown" else texts
            yield from ((path.relative_to(ROOT), cell.id, text) for text in texts if text)


def faults():
    """Return a line for each typed number in the book's prose: file, cell and the offending text."""
    published = yaml.safe_load((ROOT / "book/originals.yml").read_text(encoding="utf-8"))
    lines = []
    for file, cell, markdown in pages():
        figures = [entry["value"] for entry in published.get(file.stem, {}).values()]
        held = figures_held_by_hand(markdown, figures)
        lines += [f"{file} {cell}: {number!r} is typed by hand" for number in typed_numbers(markdown)]
        lines += [f"{file} {cell}: {number!r} is a figure of the original: glue it" for number in held]
    return lines
