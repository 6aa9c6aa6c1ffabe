"""What a profile sets for a notebook, and whether the notebook can take it: asked before anything runs."""

import ast
import json
import os
import signal
import subprocess
import sys

import yaml

from book.make.paths import NOTEBOOKS, PROFILES, ROOT, all_chapters
from pixel_utils.report import check_parameters

# Parameters that name something of the reader's own: a file, or a folder of them.
OWN = ("picture", "mask", "pictures")
# The cells that open these, by their tag; with the parameters alone they have to run.
OWN_TAG = "own-files"
SET_BY_THE_BUILD = {"profile", "out_dir", "results_dir"}
TYPES = {kind.__name__: kind for kind in (bool, int, float, str, list)}
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
            raise yaml.constructor.ConstructorError(None, None, f"found twice: {twice}", node.start_mark)
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
    if not (NOTEBOOKS / f"{notebook}.ipynb").is_file():
        raise SystemExit(f"chapter: expected one of {all_chapters()}, found {notebook!r}")
    path = profiles_file(notebook)
    if not path.is_file():
        raise SystemExit(f"{path}: expected the profiles of the chapter, found no such file")
    try:
        profiles = yaml.load(path.read_text(encoding="utf-8"), UniqueKeys) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SystemExit(f"{path}: expected profiles in YAML, found something else: {error}") from None
    if not isinstance(profiles, dict):
        raise SystemExit(f"{path}: expected the profiles {list(PROFILES)}, found {profiles!r}")
    unknown = [name for name in profiles if name not in PROFILES]
    if unknown:
        raise SystemExit(
            f"{path}: expected the profiles {list(PROFILES)} at the beginning of lines, found {unknown}; "
            "a parameter stands below its profile, two spaces to the right"
        )
    if profile not in profiles:
        raise SystemExit(f"{path}: expected one of the profiles {sorted(profiles)}, found {profile!r}")
    own = profiles[profile] or {}
    if not isinstance(own, dict):
        raise SystemExit(f"{path}: {profile}: expected parameters and their values, found {own!r}")
    taken = sorted(SET_BY_THE_BUILD & own.keys())
    if taken:
        raise SystemExit(f"{path}: {profile}: found {taken}, which the build sets by itself; take them out")
    try:
        check_declared(NOTEBOOKS / f"{notebook}.ipynb", own)
    except ValueError as error:
        raise SystemExit(f"{path}: {profile}: {error}") from None
    seen_from_notebooks = {
        name: from_notebooks(own[name], f"{path}: {name}") for name in OWN if isinstance(own.get(name), str)
    }
    return {"profile": profile, **own, **seen_from_notebooks}


def from_notebooks(text, where):
    """Return a path as the folder of notebooks sees it, though written perhaps as the book's folder does."""
    if "\0" in text:
        raise SystemExit(f"{where}: expected a path, found a character that no path has in {text!r}")
    if not text or os.path.isabs(os.path.expanduser(text)):
        return text
    here, there = NOTEBOOKS / text, ROOT / text
    if os.path.exists(here) and os.path.exists(there) and not here.samefile(there):
        raise SystemExit(
            f"{where}: expected one file, found {here.resolve()} and {there.resolve()}; write one whole path"
        )
    return text if os.path.exists(here) or not os.path.exists(there) else os.path.relpath(there, NOTEBOOKS)


def declared_parameters(path):
    """Return the parameters that a notebook declares, each with its type."""
    trees = [ast.parse(source) for source in tagged_cells(path, "parameters")]
    return {
        node.target.id: eval(ast.unparse(node.annotation), {"__builtins__": TYPES})
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.AnnAssign)
    }


def check_declared(path, parameters):
    """Refuse parameters that a notebook does not declare, or whose values are of other types.

    Raises
    ------
    ValueError
        Naming the parameter; papermill alone would only warn.
    """
    declared = declared_parameters(path)
    unknown = sorted(map(str, parameters.keys() - declared.keys()))
    if unknown:
        raise ValueError(f"undeclared parameters {unknown}; {path.name} declares {sorted(declared)}")
    check_parameters(parameters, declared)


def check_request(notebook, parameters):
    """Refuse files of the reader's that a notebook cannot take.

    Its own cells open them, as they will when it runs, if the profile sets what these cells read.

    Raises
    ------
    SystemExit
        With one sentence that names the file of profiles.
    """
    path = NOTEBOOKS / f"{notebook}.ipynb"
    opening = "\n".join(tagged_cells(path, OWN_TAG))
    read = {node.id for node in ast.walk(ast.parse(opening)) if isinstance(node, ast.Name)}
    if not read & parameters.keys():
        return
    assigned = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    code = "\n".join([*tagged_cells(path, "parameters"), assigned, opening])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TRY],
        input=code,
        cwd=NOTEBOOKS,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        reason = done.stderr.strip()
        if done.returncode < 0:
            ended = signal.Signals(-done.returncode).name
            reason = f"opening the files ended with {ended}; perhaps they need more memory than there is. {reason}"
        raise SystemExit(f"{profiles_file(notebook)}: {parameters['profile']}: {reason}")


def tagged_cells(path, tag):
    """Return the sources of the code cells of a notebook that carry a tag."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if tag in cell["metadata"].get("tags", [])]
