"""What a build holds of each notebook, and what has to be made again."""

import json
import os
import time
from datetime import UTC, datetime
from typing import NamedTuple

import pandas as pd

from book.make.paths import executed_notebook, outcome_file, request_file, results_folder, times_file
from pixel_utils.files import write_whole
from pixel_utils.results import read_results


class Run(NamedTuple):
    """The last good run of a notebook; ``failure`` says why a newer one failed, and is empty if none did."""

    values: dict
    provenance: dict
    memory: float | None
    failure: str


def read_run(build, notebook):
    """Return the last good run of a notebook; None if it never ran well."""
    if not has_good_run(build, notebook):
        return None
    values, provenance = read_results(results_folder(build), notebook)
    failure, times = read_outcome(build, notebook)["failure"], times_file(build, notebook)
    # Snakemake measures the newest run, and one that is over too soon not at all.
    measured = pd.read_csv(times, sep="\t").get("max_rss") if times.is_file() and not failure else None
    memory = pd.to_numeric(measured, errors="coerce").iloc[0] if measured is not None else None
    return Run(values, provenance, None if pd.isna(memory) else memory, failure)


def read_newest(build, notebook, profile):
    """Return numbers and provenance of the newest run of a notebook, as ``read_results`` does, to publish them.

    Raises
    ------
    ValueError
        If that run failed.
    """
    found = read_results(results_folder(build), notebook, profile)
    failure = read_outcome(build, notebook)["failure"]
    if failure:
        raise ValueError(f"{notebook}: expected results of its newest run, but that failed: {failure}")
    return found


def has_good_run(build, notebook):
    """Tell whether a build holds a whole run of a notebook, newest or not."""
    try:
        read_results(results_folder(build), notebook)
        return executed_notebook(build, notebook).stat().st_size > 0
    except (OSError, ValueError, KeyError):
        return False


def read_outcome(build, notebook):
    """Return what is known of a notebook's newest run: when it ended, why it failed, and what it was a run of."""
    unknown = {"ended": "", "failure": "it is not known how its newest run ended", "triggers": {}}
    try:
        return unknown | json.loads(outcome_file(build, notebook).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return unknown


def write_outcome(build, notebook, failure, triggers):
    """Note how a notebook's newest run ended; no two notes are alike."""
    outcome = {"ended": datetime.now(UTC).isoformat(), "failure": failure, "triggers": triggers}
    path = outcome_file(build, notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, lambda part: part.write_text(json.dumps(outcome, indent=1) + "\n", encoding="utf-8"))


def reasons_to_run(build, notebook, triggers):
    """Return why a notebook has to run again, in words; an empty list if it has not.

    Parameters
    ----------
    build : Path
    notebook : str
    triggers : dict of str
        What its results depend on now, by kind.
    """
    outcome = read_outcome(build, notebook)
    if outcome["failure"]:
        return ["its newest run failed"] if outcome["ended"] else ["it has not run"]
    if not has_good_run(build, notebook):
        return ["its results are gone"]
    return [f"{kind} changed" for kind in triggers if outcome["triggers"].get(kind) != triggers[kind]]


def write_request(build, name, answer, needed):
    """Write a file that is newer than its answer if that has to be made again, and older if not; return it.

    Snakemake makes what is older than what it is made of, and everything is made of a request for it.

    Parameters
    ----------
    build : Path
    name : str
        Of the request.
    answer : Path
        What is made.
    needed : bool
    """
    path = request_file(build, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if needed or not path.is_file():
        # Snakemake takes a file for old whose content it has seen.
        path.write_text(f"{time.time_ns()}\n", encoding="utf-8")
    if answer.is_file():
        answered = answer.stat().st_mtime_ns
        os.utime(path, ns=(answered, answered + (10**9 if needed else -(10**9))))
    return path
