"""Execute one chapter with papermill: ``python book/_make/run_chapter.py CHAPTER --profile book ...``.

The executed notebook appears only if every cell ran, and only then are its results marked as finished by their
``provenance.json``. A failing cell ends with a status that is not 0, and the partial notebook is kept under
``executed/failed`` with its traceback.
"""

import argparse
import json
import os
import sys
import warnings
from pathlib import Path

import nbformat
import papermill
import yaml

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
# The one chapter that reads what the others of the same run recorded.
COMPARISON = "06_comparison"


def all_chapters():
    """Return the names of all chapters, in the book's order."""
    return sorted(path.stem for path in NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def profile_parameters(chapter, profile):
    """Return the parameters that a profile sets for a chapter.

    Raises
    ------
    SystemExit
        If there is no such chapter, or the profile is not in its ``notebooks/profiles/<chapter>.yml``.
    """
    if not (NOTEBOOKS / f"{chapter}.ipynb").is_file():
        raise SystemExit(f"chapter: expected one of {all_chapters()}, found {chapter!r}")
    path = NOTEBOOKS / "profiles" / f"{chapter}.yml"
    if not path.is_file():
        raise SystemExit(f"{path}: expected the profiles of the chapter, found no such file")
    profiles = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    if profile not in profiles:
        raise SystemExit(f"{path}: expected one of the profiles {sorted(profiles)}, found {profile!r}")
    return {"profile": profile, **(profiles[profile] or {})}


def check_declared(notebook, parameters):
    """Refuse parameters that a notebook's ``parameters`` cell does not declare.

    Raises
    ------
    SystemExit
        Naming each such parameter; papermill alone would only warn.
    """
    declared = papermill.inspect_notebook(str(notebook))
    unknown = sorted(parameters.keys() - declared.keys())
    if unknown:
        raise SystemExit(f"{notebook}: undeclared parameters {unknown}; it declares {sorted(declared)}")


def run(chapter, parameters, *, executed, results):
    """Execute a chapter's notebook and write the executed copy to ``executed``.

    Parameters
    ----------
    chapter : str
    parameters : dict
        Values for the notebook's ``parameters`` cell, without the folders of results.
    executed, results : Path
        Where the notebook and its results go.
    """
    notebook = NOTEBOOKS / f"{chapter}.ipynb"
    parameters = {**parameters, "out_dir": os.path.relpath(results, NOTEBOOKS)}
    if chapter == COMPARISON:
        parameters["results_dir"] = os.path.relpath(results.parent, NOTEBOOKS)
    check_declared(notebook, parameters)
    # papermill adds one cell, with the parameters of this run.
    n_cells = len(nbformat.read(notebook, as_version=4).cells) + 1

    def announce(cell, cell_index):
        if cell.cell_type == "code":
            print(f"{chapter}: cell {cell_index + 1}/{n_cells}: {cell.source.split(chr(10))[0]}", flush=True)

    failed = executed.parent / "failed" / executed.name
    failed.parent.mkdir(parents=True, exist_ok=True)
    results.mkdir(parents=True, exist_ok=True)
    # Results of an earlier run are not finished ones of this run.
    (results / "provenance.json").unlink(missing_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            papermill.execute_notebook(
                os.path.relpath(notebook),
                os.path.relpath(failed),
                parameters,
                cwd=os.path.relpath(NOTEBOOKS),
                progress_bar=False,
                stderr_file=sys.stderr,
                on_cell_start=announce,
            )
        except papermill.PapermillExecutionError as error:
            raise SystemExit(f"{error}\n{chapter} failed. Its partial notebook: {failed}") from None
    os.replace(failed, executed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("chapter")
    parser.add_argument("--profile", default="book")
    parser.add_argument("--executed", type=Path, required=True, help="where the executed notebook goes")
    parser.add_argument("--results", type=Path, required=True, help="folder for the chapter's results")
    parser.add_argument("--set", nargs=2, action="append", default=[], metavar=("NAME", "JSON"))
    arguments = parser.parse_args()
    parameters = profile_parameters(arguments.chapter, arguments.profile)
    parameters.update({name: json.loads(value) for name, value in arguments.set})
    run(arguments.chapter, parameters, executed=arguments.executed, results=arguments.results)


if __name__ == "__main__":
    main()
