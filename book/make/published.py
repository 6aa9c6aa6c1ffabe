"""The published values, and how another run compares: ``python -m book.make published`` publishes this one's.

``book/published.json`` holds every number that the chapters of the published run recorded. It changes only by this
command, so that a run cannot become its own reference by being made.
"""

import json
import sys

from book.make.paths import PUBLISHED, ROOT, all_chapters, build_folder
from book.make.runs import read_newest
from book.make.tables import table
from pixel_utils.files import place

PATH = ROOT / "book/published.json"
RELATIVE = 0.05
ROUNDING = 1e-6


def publish(build, chapters, path=PATH):
    """Write the values of a finished run as the published ones.

    Parameters
    ----------
    build : Path
        In profile ``book``.
    chapters : list of str
    path : Path

    Raises
    ------
    FileNotFoundError
        If a chapter has not run.
    ValueError
        If the newest run of a chapter failed or was in another profile, or a number is not finite.
    """
    runs = {chapter: read_newest(build, chapter, PUBLISHED) for chapter in chapters}
    content = {
        chapter: {"commit": provenance["commit"], "values": values} for chapter, (values, provenance) in runs.items()
    }
    text = json.dumps(content, indent=1, allow_nan=False) + "\n"
    place(path, lambda part: part.write_text(text, encoding="utf-8"))


def within(name, theirs, yours, published):
    """Tell whether a number of a run agrees with the published one.

    Whole numbers have to be equal. Others may differ by 5 %, or by no more than rounding does, or lie in the interval
    that the published run recorded (``x_low`` and ``x_high`` beside ``x`` or ``x_ratio``).
    """
    if isinstance(theirs, int):
        return theirs == yours
    stem = name.removesuffix("_ratio")
    low, high = published.get(f"{stem}_low"), published.get(f"{stem}_high")
    in_interval = low is not None and high is not None and low <= yours <= high
    return in_interval or abs(theirs - yours) <= max(ROUNDING, RELATIVE * abs(theirs))


def turned(name, theirs, yours):
    """Tell whether what was ahead is behind: a ratio is on the other side of 1, another number on that of 0."""
    even = 1 if "ratio" in name or name.endswith("_size") else 0
    return (theirs - even) * (yours - even) < 0 and abs(theirs - yours) > ROUNDING


def compare(published, values):
    """Compare the numbers of one chapter, name by name.

    Parameters
    ----------
    published, values : dict
        Numbers by name: those published, and those of another run.

    Returns
    -------
    list of tuple
        Name, published number, the run's number (None where there is none) and a verdict: ``equal``, ``within``,
        ``turned``, ``outside``, ``not in this run`` or ``not published``.
    """
    rows = []
    for name in [*published, *(name for name in values if name not in published)]:
        theirs, yours = published.get(name), values.get(name)
        if yours is None:
            verdict = "not in this run"
        elif theirs is None:
            verdict = "not published"
        elif theirs == yours:
            verdict = "equal"
        elif turned(name, theirs, yours):
            verdict = "turned"
        else:
            verdict = "within" if within(name, theirs, yours, published) else "outside"
        rows.append((name, theirs, yours, verdict))
    return rows


def _number(value):
    return "" if value is None else f"{value:.6g}"


def _table(rows):
    cells = []
    for name, theirs, yours, verdict in rows:
        difference = "" if None in (theirs, yours) else f"{yours - theirs:.2g}"
        cells.append([f"`{name}`", _number(theirs), _number(yours), difference, verdict])
    return table(["Name", "Published", "Yours", "Difference", "Verdict"], cells)


def page(published, runs, titles):
    """Return the comparison of a run with the published one as Markdown.

    Parameters
    ----------
    published : dict
        The content of ``book/published.json``.
    runs : dict of Run
        What the run left of each chapter.
    titles : dict
        For each chapter its title.
    """
    profiles = {run.provenance["profile"] for run in runs.values()} - {PUBLISHED}
    if profiles:
        return (
            f"This book was made in profile **{', '.join(sorted(profiles))}**, the published one in profile "
            f"**{PUBLISHED}**. Its budgets are others, so its numbers cannot be compared with those. "
            "After `make book` without a profile the comparison stands here.\n"
        )
    compared = {
        chapter: compare(published.get(chapter, {}).get("values", {}), run.values) for chapter, run in runs.items()
    }
    verdicts = ("equal", "within", "turned", "outside", "not in this run", "not published")
    counts = [
        [titles[chapter], *(sum(row[-1] == verdict for row in rows) for verdict in verdicts)]
        for chapter, rows in compared.items()
    ]
    lines = table(["Chapter", *verdicts], counts)
    for chapter, rows in compared.items():
        noted = [row for row in rows if row[-1] not in ("equal", "within")]
        lines += ["", f"## {titles[chapter]}", ""]
        lines += _table(noted) if noted else ["All numbers are equal or within the tolerance."]
        lines += ["", "```{dropdown} All numbers of this chapter", *_table(rows), "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    build = build_folder(PUBLISHED)
    try:
        publish(build, all_chapters())
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    print(f"{PATH}: the values of {build}")
