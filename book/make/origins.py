"""Say under each figure and table which cell made it, at which commit."""

import re
from html import escape

CELL_TAG = "cell-id-"
CELL = re.compile(rf'<div class="cell([^"]*?) tag_{CELL_TAG}([\w-]+)([^"]*)"')
# Tables that a cell made carry pandas' class; written ones do not.
PLACES = re.compile(rf"{CELL.pattern}|</figcaption>|(?P<table><table[^>]*\bdataframe\b.*?</table>)", re.DOTALL)


def commit_text(commit, repository):
    """Return a commit as a page shows it: short, and as a link only if there is a repository that it leads to."""
    if commit is None:
        return ""
    number, _, state = commit.partition("-")
    text = f"<code>{escape(number[:7])}</code>" + (" with changes" if state else "")
    link = f'<a href="{escape(repository.rstrip("/"))}/commit/{escape(number)}">{text}</a>' if repository else text
    return f", commit {link}"


def with_origins(page, commit, repository=""):
    """Return a page on which every figure and every table of a cell links to that cell and names the commit.

    Parameters
    ----------
    page : str
        HTML of a chapter, whose cells carry their ids as tags.
    commit : str or None
        What the chapter was run from, as its provenance has it; None outside a repository.
    repository : str
        Address of the repository; empty if it has none.
    """
    made_at = commit_text(commit, repository)
    cell = None

    def place(match):
        nonlocal cell
        if match[2]:
            cell = match[2]
            return f'<div id="cell-{cell}" class="cell{match[1]}{match[3]}"'
        if cell is None:
            return match[0]
        origin = f'<p class="origin">Made by <a href="#cell-{cell}">this cell</a>{made_at}</p>'
        return match[0] + origin if match["table"] else origin + match[0]

    return PLACES.sub(place, page)
