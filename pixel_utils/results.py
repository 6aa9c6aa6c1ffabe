"""Read what a finished run of a notebook recorded: the one reader of the folder of results."""

import json
import math
from pathlib import Path

import pandas as pd

from pixel_utils.checks import require


def read_results(folder, notebook, profile=None):
    """Return the numbers that a finished run recorded, by name and all finite, and its provenance.

    ``folder`` holds the results of all notebooks of a run, such as ``_build/results``; ``notebook`` is the notebook's
    name without its ending. Results of another profile than a given one are refused.
    """
    recorded, provenance = (
        json.loads(find_result(folder, notebook, name, profile=profile).read_text(encoding="utf-8"))
        for name in ("values.json", "provenance.json")
    )
    own, found = Path(folder) / notebook, provenance["profile"]
    command = _command(notebook, profile)
    require(profile in (None, found), own, f"results of profile {profile!r}", f"{found!r}; run {command}")
    values = {name: entry["value"] for name, entry in recorded.items()}
    wrong = [name for name, value in values.items() if not math.isfinite(value)]
    require(not wrong, own, "finite numbers", f"others at {wrong}")
    return values, provenance


def read_table(folder, notebook, name):
    """Return a table that a finished run recorded under a name, its first column as the index."""
    return pd.read_csv(find_result(folder, notebook, f"{name}.csv"), index_col=0)


def find_result(folder, notebook, file, *, profile=None):
    """Return the path of a file that a finished run left: ``values.json``, ``<figure>.png``, ``model.keras`` ...

    If there is none, or the run did not come to its end, the FileNotFoundError says what to run.
    """
    own = Path(folder) / notebook
    # A run writes its provenance last.
    finished = (own / "provenance.json").is_file() and (own / file).is_file()
    found = f"none; run {_command(notebook, profile)}"
    require(finished, notebook, f"{file} of a finished run in {own}", found, FileNotFoundError)
    return own / file


def _command(notebook, profile):
    return f"make book{f' PROFILE={profile}' if profile else ''} CHAPTERS={notebook}"
