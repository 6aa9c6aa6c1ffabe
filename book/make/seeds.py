"""What other seeds give: ``python -m book.make seeds`` records the finished runs of ``make seeds``.

``book/seeds.json`` holds, for each chapter that was run with several seeds, the number behind each claim with each
of them. It changes only by this command; a chapter that was not run keeps what was recorded before.
"""

import json
import sys
from statistics import mean

from book.make.claims import FORMAT, OPERATORS, load_claims, measure
from book.make.paths import COMPARISON, PUBLISHED, ROOT, all_chapters, build_folder, builds_with_seeds, results_folder
from book.make.runs import read_newest
from book.make.tables import table
from pixel_utils.files import place

PATH = ROOT / "book/seeds.json"


def gated(claims):
    """Return the claims that are judged in the profile of the published book."""
    return [claim for claim in claims if PUBLISHED in claim["profiles"]]


def claimed_numbers(build, chapter):
    """Return the number behind each claim of a chapter with each seed.

    Parameters
    ----------
    build : Path
        Holds ``seeds/<seed>/results/<chapter>`` of each run.
    chapter : str

    Returns
    -------
    dict
        ``commit``, and ``claims``: for each id the numbers by seed. Empty if the chapter was not run with seeds, or
        claims nothing.

    Raises
    ------
    ValueError
        If a run failed or was in another profile, or the runs are of different commits.
    """
    builds = builds_with_seeds(build)
    run_with = sorted((seed for seed in builds if (results_folder(builds[seed]) / chapter).is_dir()), key=int)
    runs = {seed: read_newest(builds[seed], chapter, PUBLISHED) for seed in run_with}
    judged = gated(load_claims(chapter))
    if not runs or not judged:
        return {}
    commits = {provenance["commit"] for _, provenance in runs.values()}
    if len(commits) > 1:
        raise ValueError(f"{build / 'seeds'}: {chapter}: expected runs of one commit, found {sorted(commits, key=str)}")
    claims = {claim["id"]: {seed: measure(claim, numbers) for seed, (numbers, _) in runs.items()} for claim in judged}
    return {"commit": commits.pop(), "claims": claims}


def record(build, chapters, path=PATH):
    """Write the numbers of finished runs with several seeds into the record.

    Parameters
    ----------
    build : Path
    chapters : list of str
    path : Path

    Returns
    -------
    list of str
        The chapters whose numbers were written.

    Raises
    ------
    FileNotFoundError
        If no chapter was run with seeds.
    """
    found = {chapter: claimed_numbers(build, chapter) for chapter in chapters}
    found = {chapter: entry for chapter, entry in found.items() if entry}
    if not found:
        raise FileNotFoundError(f"{build / 'seeds'}: expected runs with several seeds, found none; run make seeds")
    recorded = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    text = json.dumps(dict(sorted((recorded | found).items())), indent=1, allow_nan=False) + "\n"
    place(path, lambda part: part.write_text(text, encoding="utf-8"))
    return list(found)


def _table(claims, recorded):
    seeds = list(next(iter(recorded.values())))
    heads = ["Claim", "Holds", "Required", "Mean", *(f"seed {seed}" for seed in seeds)]
    rows = []
    for claim in gated(claims):
        numbers = recorded.get(claim["id"])
        if numbers is None:
            cells = ["not recorded"] + [""] * (len(heads) - 2)
        else:
            show, compare = claim.get("format", FORMAT), OPERATORS[claim["operator"]]
            holds = sum(compare(number, claim["bound"]) for number in numbers.values())
            verdict = f"{holds} of {len(numbers)}" if holds == len(numbers) else f"**{holds} of {len(numbers)}**"
            goal = f", goal {claim['goal']:{show}}" if "goal" in claim else ""
            shown = [f"{number:{show}}" for number in (mean(numbers.values()), *numbers.values())]
            cells = [verdict, f"{claim['operator']} {claim['bound']:{show}}{goal}", *shown]
        rows.append([claim["sentence"], *cells])
    return table(heads, rows, of_claims=True)


def page(recorded, claims, titles):
    """Return what the claims come to with other seeds, as Markdown.

    Parameters
    ----------
    recorded : dict
        The content of ``book/seeds.json``.
    claims : dict
        For each chapter of this book its claims.
    titles : dict
        For each chapter its title.
    """
    lines = []
    for chapter in (chapter for chapter in claims if chapter in recorded):
        seeds = next(iter(recorded[chapter]["claims"].values()))
        command = f"make seeds CHAPTERS={chapter} SEEDS={','.join(seeds)}"
        commit = recorded[chapter]["commit"]
        # Outside a repository there is none.
        made_at = f", at commit `{commit[:8]}`" if commit else ""
        lines += ["", f"### {titles[chapter]}", "", f"`{command}`{made_at}:", ""]
        lines += _table(claims[chapter], recorded[chapter]["claims"])
    # The comparison is of one run, and has no seeds of its own.
    expected = [chapter for chapter in claims if claims[chapter] and chapter != COMPARISON]
    missing = [titles[chapter] for chapter in expected if chapter not in recorded]
    if missing:
        lines += ["", f"No runs with other seeds are recorded for: {'; '.join(missing)}."]
    return "\n".join(lines).strip() + "\n"


if __name__ == "__main__":
    build = build_folder(PUBLISHED)
    try:
        written = record(build, all_chapters())
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    print(f"{PATH}: {', '.join(written)}")
