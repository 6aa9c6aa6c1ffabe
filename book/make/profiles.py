"""What a profile sets for a notebook, and whether the notebook can take it: asked before anything runs."""

import ast
import json
import os
import subprocess
import sys

import yaml

from book.make.paths import NOTEBOOKS, PROFILES, ROOT, all_notebooks
from pixel_utils.report import check_parameters

# Parameters that name something of the reader's own: a file, or a folder of them.
OWN = ("picture", "mask", "pictures")
# The cells that open these, by their tag; with the parameters alone they have to run.
OWN_TAG = "own-files"
SET_BY_THE_BUILD = {"profile", "out_dir", "results_dir", "test_split", "train_dir"}
# Runs code, and says in one line what stops it.
TRY = """
import sys
try:
    exec(sys.stdin.read(), {})
except Exception as error:
    sys.exit(" ".join(str(error).split()) or type(error).__name__)
"""


class UniqueKeys(yaml.SafeLoader):
    """Refuses what YAML passes over: a name that is given twice, of which only the last would count."""

    def construct_mapping(self, node, deep=False):
        names = [name.value for name, _ in node.value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"expected each name once, found twice: {twice}", node.start_mark
            )
        return super().construct_mapping(node, deep)


def profiles_file(notebook):
    """Return the file that holds the profiles of a notebook."""
    return NOTEBOOKS / "profiles" / f"{notebook}.yml"


def profile_parameters(notebook, profile):
    """Return the parameters that a profile sets for a notebook.

    A path of the reader's own may be written from the folder of notebooks or from the book's.

    Raises
    ------
    SystemExit
        If there is no such notebook or profile, the file of its profiles holds something else, or the notebook
        does not declare a parameter, or has another type for it.
    """
    notebook_path, path = NOTEBOOKS / f"{notebook}.ipynb", profiles_file(notebook)
    if not notebook_path.is_file():
        raise SystemExit(f"chapter: expected one of {all_notebooks()}, found {notebook!r}")
    where = path
    try:
        profiles = read_profiles(path)
        if profile not in profiles:
            raise ValueError(f"expected one of the profiles {sorted(profiles)}, found {profile!r}")
        where, parameters = f"{path}: {profile}", profiles[profile] or {}
        _, types = declared_parameters(notebook_path)
        known = types.keys() - SET_BY_THE_BUILD
        if unknown := sorted(map(str, parameters.keys() - known)):
            raise ValueError(f"expected parameters among {sorted(known)}, found {unknown}")
        check_parameters(parameters, types)
        paths = {name: seen_from_notebooks(name, parameters[name]) for name in OWN if name in parameters}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SystemExit(f"{where}: {error}") from None
    return {"profile": profile, **parameters, **paths}


def read_profiles(path):
    """Return the parameters of each profile that a file holds; what else it holds is refused as a ValueError."""
    profiles = yaml.load(path.read_text(encoding="utf-8"), UniqueKeys) or {}
    known = isinstance(profiles, dict) and profiles.keys() <= {*PROFILES}
    if not known or not all(isinstance(parameters or {}, dict) for parameters in profiles.values()):
        raise ValueError(
            f"expected some of the profiles {list(PROFILES)} at the beginning of lines and below each, two spaces to "
            f"the right, its parameters, found {profiles!r}"
        )
    return profiles


def seen_from_notebooks(name, text):
    """Return a path as the folder of notebooks sees it, though written perhaps as the book's folder does."""
    if not text or os.path.isabs(os.path.expanduser(text)):
        return text
    here, there = NOTEBOOKS / text, ROOT / text
    if os.path.exists(here) and os.path.exists(there) and not here.samefile(there):
        raise ValueError(f"{name}: expected one file, found {here} and {there}; write one whole path")
    return text if os.path.exists(here) or not os.path.exists(there) else os.path.relpath(there, NOTEBOOKS)


def declared_parameters(path):
    """Return the values that a notebook gives its parameters, and their types, both by name."""
    names = {"__annotations__": {}}
    for source in code_cells(path, "parameters"):
        exec(source, names)
    types = names["__annotations__"]
    return {name: names[name] for name in types}, types


def records_trainings(notebook):
    """Tell whether a notebook reads recorded trainings, and makes those that have no record."""
    _, types = declared_parameters(NOTEBOOKS / f"{notebook}.ipynb")
    return "train_dir" in types


def check_own_files(notebook, parameters):
    """Refuse files of the reader's that a notebook cannot take.

    Its own cells open them, as they will when it runs, if the profile sets what these cells read.

    Raises
    ------
    SystemExit
        With one sentence that names the file of profiles.
    """
    path = NOTEBOOKS / f"{notebook}.ipynb"
    opening = "\n".join(code_cells(path, OWN_TAG))
    read = {node.id for node in ast.walk(ast.parse(opening)) if isinstance(node, ast.Name)}
    if not read & parameters.keys():
        return
    assigned = [f"{name} = {value!r}" for name, value in parameters.items()]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TRY],
        input="\n".join([*code_cells(path, "parameters"), *assigned, opening]),
        cwd=NOTEBOOKS,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        killed = f"opening the files ended with status {done.returncode}; perhaps they need more memory than there is"
        raise SystemExit(f"{profiles_file(notebook)}: {parameters['profile']}: {done.stderr.strip() or killed}")


def code_cells(path, tag=None):
    """Return the source of each code cell of a notebook, or of each that carries a tag."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        cells = [cell for cell in cells if tag in (None, *cell["metadata"].get("tags", []))]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"{path}: expected a notebook, found a file that does not open as one ({error!r})") from None
