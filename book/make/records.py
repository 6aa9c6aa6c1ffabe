"""What the book records of itself, and how another run compares: ``python -m book.make records NAME [REASON]``.

``book/published.json`` holds every number that the chapters of the published run recorded; ``book/seeds.json``, for
each chapter that was run with several seeds, the number behind each of its claims with each of them;
``book/edition.json``, the numbers of its run on the sealed part, and each time that was opened, with the reason. They
change only by these commands, so that a run cannot become its own reference by being made.
"""

import json
import sys
from statistics import mean

from book.make.claims import SEALED, as_text, claimed_number, load_claims, meets
from book.make.paths import (
    PUBLISHED,
    ROOT,
    all_notebooks,
    build_folder,
    builds_with_seeds,
    measuring_chapters,
    results_folder,
    sealed_build,
)
from book.make.runs import read_newest, read_outcome
from book.make.tables import table
from book.make.trainings import holds_seeds
from pixel_utils.files import write_whole

RELATIVE = 0.05
ROUNDING = 1e-6
VERDICTS = ("equal", "within", "turned", "outside", "not in this run", "not published")


def read_record(name, folder=ROOT / "book"):
    """Return the content of ``book/published.json``, ``book/seeds.json`` or ``book/edition.json``."""
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def record(name, build, chapters, folder=ROOT / "book", reason=""):
    """Write what finished runs of chapters gave into one of the records.

    Parameters
    ----------
    name : str
        ``published``, which is replaced, or ``seeds`` or ``edition``, where chapters that were not run keep what was
        recorded.
    build : Path
        In profile ``book``.
    chapters : list of str
    folder : Path
    reason : str
        Why the sealed part was opened; for ``edition`` alone, which needs one.

    Returns
    -------
    list of str
        The chapters whose numbers were written.

    Raises
    ------
    FileNotFoundError
        If a chapter has not run, or none with several seeds or on the sealed part.
    ValueError
        If a newest run failed or was in another profile, a number is not finite, runs with seeds are of different
        commits, or an edition has no reason.
    """
    if name == "published":
        content = found = {chapter: published_entry(build, chapter) for chapter in chapters}
    else:
        recorded = read_record(name, folder)
        if name == "seeds":
            found = {chapter: entry for chapter in chapters if (entry := seeds_entry(build, chapter))}
        else:
            ran = [chapter for chapter in chapters if (results_folder(sealed_build(build)) / chapter).is_dir()]
            found = {chapter: edition_entry(build, chapter, recorded.get(chapter), reason) for chapter in ran}
        content = dict(sorted((recorded | found).items()))
    if not found:
        raise FileNotFoundError(f"{build}: expected runs to record in {name}.json, found none; run make {name}")
    text = json.dumps(content, indent=1, allow_nan=False) + "\n"
    write_whole(folder / f"{name}.json", lambda part: part.write_text(text, encoding="utf-8"))
    return list(found)


def published_entry(build, chapter):
    """Return the numbers of a chapter's newest run and its commit."""
    values, provenance = read_newest(build, chapter, PUBLISHED)
    return {"commit": provenance["commit"], "values": values}


def edition_entry(build, chapter, recorded, reason):
    """Return the numbers of a chapter's run on the sealed part, and when and why that was opened, every time."""
    if not reason.strip():
        raise ValueError('REASON: expected why the sealed part is opened, as in make edition REASON="...", found none')
    build = sealed_build(build)
    values, provenance = read_newest(build, chapter, PUBLISHED)
    opened = {"ended": read_outcome(build, chapter)["ended"], "commit": provenance["commit"], "reason": reason}
    before = recorded["opened"] if recorded else []
    # The same run, recorded twice, was one opening.
    again = before and before[-1]["ended"] == opened["ended"]
    return {"opened": before if again else [*before, opened], "values": values}


def seeds_entry(build, chapter):
    """Return for each claim of a chapter what it measures and the number with each seed, and the commit of these runs.

    Empty if the chapter was not run with seeds, or claims nothing in the published book.
    """
    builds = {
        seed: each for seed, each in builds_with_seeds(build).items() if (results_folder(each) / chapter).is_dir()
    }
    runs = {seed: read_newest(builds[seed], chapter, PUBLISHED) for seed in sorted(builds, key=int)}
    claims = published_claims(load_claims(chapter))
    if not runs or not claims:
        return {}
    commits = {provenance["commit"] for _, provenance in runs.values()}
    if len(commits) > 1:
        raise ValueError(f"{build / 'seeds'}: {chapter}: expected runs of one commit, found {sorted(commits, key=str)}")
    numbers = {
        claim["id"]: {
            "value": claim["value"],
            "numbers": {seed: claimed_number(claim, runs[seed][0]) for seed in runs},
        }
        for claim in claims
    }
    return {"commit": commits.pop(), "claims": numbers}


def published_claims(claims):
    """Return the claims that are judged in the profile of the published book, by what one run measured."""
    return [claim for claim in claims if PUBLISHED in claim["profiles"] and SEALED not in str(claim["value"])]


def verdict(name, published, values):
    """Say how a number of a run stands to the published one.

    Parameters
    ----------
    name : str
    published, values : dict
        Numbers by name: those published, and those of another run.

    Returns
    -------
    str
        One of :data:`VERDICTS`. Whole numbers have to be equal. Others are ``within`` if they differ by 5 %, or by no
        more than rounding does, or lie in the interval that the published run recorded (``x_low`` and ``x_high``
        beside ``x`` or ``x_ratio``). What was ahead and is behind has ``turned``: a ratio or relative size, which has
        that word in its name, to the other side of 1, another number to that of 0.
    """
    theirs, yours = published.get(name), values.get(name)
    if yours is None or theirs is None:
        return "not in this run" if yours is None else "not published"
    if theirs == yours:
        return "equal"
    difference, even = abs(theirs - yours), 1 if {"ratio", "size"} & {*name.split("_")} else 0
    if difference > ROUNDING and (theirs - even) * (yours - even) < 0:
        return "turned"
    stem, nowhere = name.removesuffix("_ratio"), float("nan")
    in_interval = published.get(f"{stem}_low", nowhere) <= yours <= published.get(f"{stem}_high", nowhere)
    near = in_interval or difference <= max(ROUNDING, RELATIVE * abs(theirs))
    return "within" if near and not isinstance(theirs, int) else "outside"


def compare(published, values):
    """Return the rows that compare the numbers of a chapter: name, published number, the run's, difference, verdict."""
    rows = []
    for name in published | values:
        theirs, yours = published.get(name), values.get(name)
        shown = ["" if number is None else f"{number:.6g}" for number in (theirs, yours)]
        difference = "" if None in (theirs, yours) else f"{yours - theirs:.2g}"
        rows.append([f"`{name}`", *shown, difference, verdict(name, published, values)])
    return rows


def published_page(published, runs, titles):
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
            f"**{PUBLISHED}**. Its budgets differ, so its numbers cannot be compared with those. "
            "After `make book` without a profile the comparison stands here.\n"
        )
    compared = {
        chapter: compare(published.get(chapter, {}).get("values", {}), run.values) for chapter, run in runs.items()
    }
    verdicts = {chapter: [row[-1] for row in rows] for chapter, rows in compared.items()}
    counts = [[titles[chapter], *map(found.count, VERDICTS)] for chapter, found in verdicts.items()]
    heads = ["Name", "Published", "Yours", "Difference", "Verdict"]
    lines = table(["Chapter", *VERDICTS], counts)
    for chapter, rows in compared.items():
        noted = [row for row in rows if row[-1] not in ("equal", "within")]
        lines += ["", f"## {titles[chapter]}", ""]
        lines += table(heads, noted) if noted else ["All numbers are equal or within the tolerance."]
        lines += ["", "```{dropdown} All numbers of this chapter", *table(heads, rows), "```"]
    return "\n".join(lines) + "\n"


def seeds_table(claims, recorded):
    """Return what each claim of a chapter comes to with each recorded seed as a table.

    Numbers of a claim that measured something else when they were recorded are no numbers of today's.
    """
    seeds = list(next(iter(recorded.values()))["numbers"])
    heads = ["Claim", "Holds", "Required", "Mean", *(f"seed {seed}" for seed in seeds)]
    rows = []
    for claim in published_claims(claims):
        entry = recorded.get(claim["id"], {})
        cells = ["not recorded"] + [""] * (len(heads) - 2)
        if entry.get("value") == claim["value"]:
            numbers = entry["numbers"].values()
            holds = sum(meets(claim, number) for number in numbers)
            count = f"{holds} of {len(numbers)}" if holds == len(numbers) else f"**{holds} of {len(numbers)}**"
            goal = f", goal {as_text(claim, claim['goal'])}" if "goal" in claim else ""
            required = f"{claim['operator']} {as_text(claim, claim['bound'])}{goal}"
            cells = [count, required, *(as_text(claim, number) for number in (mean(numbers), *numbers))]
        rows.append([claim["sentence"], *cells])
    return table(heads, rows, of_claims=True)


def seeds_page(recorded, trained, claims, titles):
    """Return what the claims come to with other seeds, and recorded trainings, as Markdown.

    Parameters
    ----------
    recorded : dict
        The content of ``book/seeds.json``.
    trained : dict
        For each chapter what :func:`trainings.seeds_of` found among its records.
    claims : dict
        For each chapter of this book its claims.
    titles : dict
        For each chapter its title.
    """
    lines, holding = [], {chapter for chapter, rows in trained.items() if holds_seeds(rows)}
    for chapter, rows in trained.items():
        if rows:
            heads = ["Training", "Measured", "Seeds", "Lowest", "Mean", "Highest"]
            spreads = table(heads, map(_spread, rows), of_claims=True)
            lines += ["", f"### {titles[chapter]}: recorded trainings", "", *spreads]
    for chapter in (chapter for chapter in claims if chapter in recorded and chapter not in holding):
        numbers, commit = recorded[chapter]["claims"], recorded[chapter]["commit"]
        command = f"make seeds CHAPTERS={chapter} SEEDS={','.join(next(iter(numbers.values()))['numbers'])}"
        # Outside a repository there is none.
        made_at = f", at commit `{commit[:8]}`" if commit else ""
        lines += ["", f"### {titles[chapter]}", "", f"`{command}`{made_at}:", ""]
        lines += seeds_table(claims[chapter], numbers)
    expected = [chapter for chapter in claims if claims[chapter] and chapter in measuring_chapters()]
    expected = [chapter for chapter in expected if chapter not in holding]
    missing = [titles[chapter] for chapter in expected if chapter not in recorded]
    if missing:
        lines += ["", f"No runs with other seeds are recorded for: {'; '.join(missing)}."]
    return "\n".join(lines).strip() + "\n"


def _spread(row):
    """Return the cells of a training's row: over its seeds the lowest, the mean and the highest of what it measured."""
    numbers = row["numbers"].values()
    shown = [f"{number:.4f}" for number in (min(numbers), mean(numbers), max(numbers))]
    which = ", ".join(filter(None, [f"`{row['training']}`", row["arguments"]]))
    return [which, row["measured"], len(numbers), *shown]


def edition_page(recorded, titles):
    """Return when and why the sealed part was opened for each chapter, as Markdown.

    Parameters
    ----------
    recorded : dict
        The content of ``book/edition.json``.
    titles : dict
        For each chapter its title.
    """
    rows = [
        [title, each["ended"][:10], f"`{(each['commit'] or 'none')[:8]}`", each["reason"]]
        for chapter, title in titles.items()
        for each in recorded.get(chapter, {"opened": []})["opened"]
    ]
    never = [title for chapter, title in titles.items() if chapter in measuring_chapters() and chapter not in recorded]
    lines = table(["Chapter", "Opened", "Commit", "Why"], rows) if rows else []
    return "\n".join([*lines, "", f"Never opened for: {'; '.join(never)}." if never else ""]).strip() + "\n"


if __name__ == "__main__":
    try:
        written = record(sys.argv[1], build_folder(PUBLISHED), all_notebooks(), reason=" ".join(sys.argv[2:]))
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    print(f"book/{sys.argv[1]}.json: {', '.join(written)}")
