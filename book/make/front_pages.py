"""What the front pages show of a finished run: cards, what is new, the index of figures, the citation."""

import re
import shutil

import yaml
from PIL import Image

from book.make.paths import ROOT, results_folder
from book.make.tables import table
from pixel_utils.results import find_result

# Cards are at most half as wide as a page; this is sharp on dense screens, too.
THUMBNAIL = (720, 360)


def title(notebook):
    """Return the title of a notebook, which is its first line."""
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def glued_from(chapter, text):
    """Return text whose glued values are those of a chapter's page, for a page of the folder ``book``."""
    return re.sub(r"(\{glue:\w+\}`)", rf"\g<1>../notebooks/{chapter}.ipynb::", text)


def figures(notebook):
    """Return name, caption and alt text of each figure of a notebook, in order."""
    shown = [cell.metadata["mystnb"] for cell in notebook.cells if "mystnb" in cell.metadata]
    return [(each["figure"]["name"], each["figure"]["caption"], each["image"]["alt"]) for each in shown]


def thumbnail(picture, target):
    """Write a small copy of a picture that a chapter recorded, with few colours, to weigh little."""
    with Image.open(picture) as image:
        image.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
        image.convert("RGBA").quantize(128, Image.Quantize.FASTOCTREE).save(target, optimize=True)


def cards(build, chapters, entries, target):
    """Write a thumbnail for each chapter that the front page describes; return the cards that show them.

    Beside it lies the picture itself, ``CHAPTER-opening.png``, for a chapter that shows its result first.

    Parameters
    ----------
    build : Path
        A finished run.
    chapters : dict of NotebookNode
        The notebooks as their pages show them.
    entries : dict
        The content of ``book/front.yml``.
    target : Path
        The folder of generated files, two below the source of the pages.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If an entry names a figure that its chapter does not have.
    """
    described = [chapter for chapter in chapters if chapter in entries]
    if not described:
        return "This run has none of the chapters that are shown here.\n"
    lines = ["`````{grid} 1 1 2 2", ":gutter: 3", ""]
    for chapter in described:
        entry = entries[chapter]
        alts = {name: alt for name, _, alt in figures(chapters[chapter])}
        if entry["figure"] not in alts:
            raise ValueError(f"book/front.yml: {chapter}: expected a figure of {sorted(alts)}, found {entry['figure']}")
        picture = find_result(results_folder(build), chapter, f"{entry['picture']}.png")
        thumbnail(picture, target / f"{chapter}.png")
        shutil.copy(picture, target / f"{chapter}-opening.png")
        lines += [
            f"````{{grid-item-card}} {title(chapters[chapter])}",
            f":link: ../notebooks/{chapter}",
            ":link-type: doc",
            "",
            f"```{{image}} _generated/{chapter}.png",
            f":alt: {alts[entry['figure']]}",
            "```",
            "",
            entry["sentence"],
            "````",
            "",
        ]
    return "\n".join([*lines, "`````"]) + "\n"


def originals_table(chapters, entries):
    """Return a table of what each original had and what its chapter has, with values glued from the chapter."""
    rows = [
        [
            f"[](../notebooks/{chapter}.ipynb)",
            *(glued_from(chapter, entries[chapter][side]) for side in ("original", "here")),
        ]
        for chapter in chapters
        if "original" in entries.get(chapter, {})
    ]
    if not rows:
        return "This run has none of these chapters.\n"
    return "\n".join(table(["Chapter", "The original", "This book"], rows)) + "\n"


def figure_index(chapters):
    """Return all figures of all chapters, each with its number, which leads to it, and its caption."""
    lines = []
    for chapter, notebook in chapters.items():
        lines += [f"## {title(notebook)}", ""]
        lines += [f"- {{numref}}`{name}`: {glued_from(chapter, caption)}" for name, caption, _ in figures(notebook)]
        lines.append("")
    return "\n".join(lines)


def bibtex(citation):
    """Return a BibTeX entry for the content of a ``CITATION.cff``."""
    # A second pair of braces keeps the name of a group from being taken apart.
    names = [
        f"{{{author['name']}}}" if "name" in author else f"{author['family-names']}, {author['given-names']}"
        for author in citation["authors"]
    ]
    fields = {
        "author": " and ".join(names),
        "title": f"{{{citation['title']}}}",
        "version": citation["version"],
        "year": str(citation.get("date-released", ""))[:4],
        "doi": citation.get("doi", ""),
        "url": citation.get("url") or citation.get("repository-code", ""),
        "note": f"Licence of the code: {citation['license']}",
    }
    lines = [f"  {name} = {{{text}}}," for name, text in fields.items() if text]
    return "\n".join(["@software{predicting_pixels,", *lines, "}"])


def citation_page():
    """Return the citation that ``CITATION.cff`` holds, as BibTeX."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return f"```bibtex\n{bibtex(citation)}\n```\n"
