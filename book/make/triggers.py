"""What makes a notebook run again: a text for each kind of thing that its results depend on.

A run notes these texts, and a notebook runs again if one of them differs now. They leave out what changes no result:
comments, docstrings, line breaks, the age of a file, definitions of the module that the notebook does not reach, data
that it does not read, other chapters' figures, and packages that only tests need. In doubt a thing counts: a definition
is reached if its name occurs in code that imports its file, whatever it stands for there.
"""

import ast
import functools
import hashlib
import json
import os
import re

import yaml
from IPython.core.displayhook import DisplayHook

from book.make.paths import COMPARISON, NOTEBOOKS, ROOT, all_chapters, outcome_file, project_of, published_trainings
from book.make.profiles import OWN, code_cells, declared_parameters, profiles_file, records_trainings
from pixel_utils.data import bundled_checksums
from pixel_utils.folders import find_files

MODULE = "pixel_utils"
# Code that mentions these may reach more than it names.
DYNAMIC = {"eval", "exec", "import_module", "vars", "__import__"}
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def find_triggers(build, notebook, parameters):
    """Return what the results of a notebook depend on now.

    Parameters
    ----------
    build : Path
        Whose results the comparison reads.
    notebook : str
    parameters : dict
        What its profile sets.

    Returns
    -------
    dict of str
        A text for each kind.

    Raises
    ------
    SystemExit
        If a file cannot be understood or is not there; it is named.
    """
    path = NOTEBOOKS / f"{notebook}.ipynb"
    sources = code_cells(path)
    nodes = all_nodes(sources)
    found = {
        "code": [normal_form(source) for source in sources],
        "module": module_part(nodes),
        "originals": originals_asked(nodes),
        "data": data_declared(nodes, path, parameters),
        "lock": locked_packages(ROOT / "requirements.lock"),
        "own files": own_files(notebook, parameters),
    }
    if records_trainings(notebook):
        # The notebooks beside a chapter may read what the chapter recorded.
        folders = {published_trainings() / name for name in (notebook, project_of(notebook))}
        files = sorted(file for folder in folders for file in folder.glob("*/*"))
        found["records"] = {f"{file.parent.name}/{file.name}": _digest(file.read_bytes()) for file in files}
    if notebook == COMPARISON:
        found["results"] = _outcomes(build, {*all_chapters()} - {COMPARISON})
    digests = {kind: _digest(json.dumps(content).encode()) for kind, content in found.items()}
    return {"parameters": json.dumps(parameters, default=str), **digests}


def page_inputs(build, notebooks):
    """Return a text that differs if the pages of a book do: of all that they are made of, whatever the files' ages.

    Parameters
    ----------
    build : Path
    notebooks : sequence of str
        Those that the book is made of.
    """
    files = [ROOT / name for name in ("_config.yml", "_toc.yml", "CITATION.cff", "data/README.md")]
    files += [NOTEBOOKS / f"{notebook}.ipynb" for notebook in notebooks]
    files += (ROOT / "tests/claims").glob("*.yml")
    files += [path for path in (ROOT / "book").rglob("*.*") if path.is_file() and "__pycache__" not in path.parts]
    contents = sorted((str(path.relative_to(ROOT)), _digest(path.read_bytes())) for path in files)
    outcomes = _outcomes(build, {*notebooks, *all_chapters()})
    return _digest(json.dumps([list(notebooks), contents, outcomes]).encode())


def all_nodes(sources):
    """Return all nodes of the syntax trees of a notebook's cells."""
    return [node for source in sources for node in ast.walk(_parse_cell(source))]


def normal_form(source):
    """Return the code of a cell without comments, docstrings and layout."""
    # A semicolon at its end, which the tree does not hold, keeps a cell from showing its value.
    quiet = ";" in source and DisplayHook.semicolon_at_end_of_expression(source)
    return ast.dump(_parse_cell(source)) + (";" if quiet else "")


@functools.cache
def _parse(source):
    """Return the syntax tree of code, without the docstrings in it."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | DEFINITIONS) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _parse_cell(source):
    """Return the syntax tree of a cell; one that is not plain Python, such as a magic command, may do anything."""
    try:
        return _parse(source)
    except SyntaxError:
        return ast.parse(f"exec({source!r})")


def module_part(nodes):
    """Return the statements of the module that code reaches: those that it names, those that these name, and so on.

    Parameters
    ----------
    nodes : list of ast.AST
        The code of a notebook.

    Returns
    -------
    list
        For each reached statement its file and its syntax tree as text.
    """
    module, reached = read_module(), []
    # A notebook that passes a file of the module on may use all that is in it.
    aliases = [alias for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    bound = {alias.asname or alias.name: alias.name for alias in aliases}
    owners = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    passed = {bound.get(node.id) for node in nodes if isinstance(node, ast.Name) and id(node) not in owners}
    names = {name for file, defined, _ in module for name in defined if file in passed}
    files, opaque = set(), is_opaque(nodes)
    while nodes:
        names |= _names(nodes)
        new_files = ({"__init__"} | _imported(nodes)) - files
        files |= new_files
        new = [
            (file, defined, statement)
            for file, defined, statement in module
            if opaque or (file in files and (not defined or defined & names))
        ]
        new = [each for each in new if each not in reached]
        reached += new
        nodes = [part for _, _, statement in new for part in ast.walk(statement)]
        # Whatever a file is imported for, it imports others.
        nodes += [statement for file, _, statement in module if file in new_files]
        opaque = opaque or is_opaque(nodes, in_module=True)
    return sorted([file, ast.dump(statement)] for file, _, statement in reached)


def read_module():
    """Return all top-level statements of the module, each with its file before it and the names that it defines."""
    module = []
    for path in sorted((ROOT / MODULE).rglob("*.py")):
        try:
            module += [(path.stem, _defined(statement), statement) for statement in _parse(path.read_bytes()).body]
        except SyntaxError as error:
            raise SystemExit(f"{path}: expected Python, found a syntax error: {error}") from None
    return module


def _defined(statement):
    """Return the names that a statement defines; none if it may do more, as whenever its file is imported."""
    if isinstance(statement, DEFINITIONS) and not statement.decorator_list:
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in statement.names}
    targets = getattr(statement, "targets", [])
    plain = all(isinstance(target, ast.Name) for target in targets)
    calls = any(isinstance(part, ast.Call) for part in ast.walk(statement))
    return {target.id for target in targets} if plain and not calls else set()


def _names(nodes):
    """Return every name that occurs in code: of variables, of attributes, and in imports."""
    fields = {ast.Name: "id", ast.Attribute: "attr", ast.alias: "name"}
    return {getattr(node, fields[type(node)]) for node in nodes if type(node) in fields}


def _imported(nodes):
    """Return every name in imports from the module: of files, and of what is in them."""
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    imports = [node for node in imports if node.level or node.module.split(".")[0] == MODULE]
    return {part for node in imports for name in [node.module or "", *_names(node.names)] for part in name.split(".")}


def is_opaque(nodes, *, in_module=False):
    """Tell whether code may reach more than it names: it runs a text, or has the module or a file of it as a whole.

    A notebook imports files of the module and hands its own variables to the report; the module does neither.
    """
    imported = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    if in_module:
        imported |= {node.module or MODULE for node in nodes if isinstance(node, ast.ImportFrom)}
    dynamic = DYNAMIC | {"globals", "locals"} if in_module else DYNAMIC
    return MODULE in imported or bool(_names(nodes) & dynamic)


def originals_asked(nodes):
    """Return the originals' figures that code asks for, ``originals(chapter)``; all if it names the file itself."""
    path = ROOT / "book/originals.yml"
    published = yaml.safe_load(path.read_text(encoding="utf-8"))
    figures = {chapter: {name: each["value"] for name, each in entry.items()} for chapter, entry in published.items()}
    asked = _arguments(nodes, "originals", "chapter")
    named = any(path.name in str(node.value) for node in nodes if isinstance(node, ast.Constant))
    if None in asked or named or is_opaque(nodes):
        return figures
    return {chapter: values for chapter, values in figures.items() if chapter in asked}


def data_declared(nodes, path, parameters):
    """Return the checksums of the bundled data that a notebook says it read, ``book.provenance(data=[...])``.

    With pictures come the tables that deal them to the parts. A list that is computed may hold all there is.
    """
    defaults, _ = declared_parameters(path)
    folder = path.parent / os.path.expanduser((defaults | parameters)["data_dir"])
    try:
        checksums = bundled_checksums(folder)
    except FileNotFoundError as error:
        raise SystemExit(f"{path}: data_dir: {error}") from None
    lists = _arguments(nodes, "provenance", "data")
    if None not in lists and not is_opaque(nodes):
        names = {name for each in lists for name in each}
        if unknown := sorted(names - checksums.keys()):
            raise SystemExit(f"{path}: provenance: expected data among {sorted(checksums)}, found {unknown}")
        checksums = {name: checksums[name] for name in sorted(names)}
    tables = sorted((folder / "splits").glob("*.csv")) if any("files" in entry for entry in checksums.values()) else []
    return {**checksums, **{table.name: table.read_text(encoding="utf-8") for table in tables}}


def _arguments(nodes, function, name):
    """Return what calls of a function give as an argument, as its first or by name; None for what code computes."""
    found = []
    for call in nodes:
        if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", None)) == function:
            given = [word.value for word in call.keywords if word.arg == name] or call.args
            try:
                found.append(ast.literal_eval(given[0]))
            except (ValueError, IndexError):
                found.append(None)
    return found


def locked_packages(path):
    """Return name, version and condition of each package that the book needs, be it for others; not those of tests."""
    entries = re.split(r"^(?=[a-zA-Z0-9])", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    # Below each package stand those that need it; those of tests alone are told from the project's own by a colon.
    users = {
        entry.split(" \\")[0]: set(re.findall(r"^ +#(?: via)? +(\S.*)$", entry, re.MULTILINE)) for entry in entries
    }
    needed, lines = {"predicting-pixels (pyproject.toml)"}, set()
    while found := {line for line in users.keys() - lines if users[line] & needed}:
        lines |= found
        needed |= {line.split("==")[0] for line in found}
    return sorted(lines)


def own_files(notebook, parameters):
    """Return what the files hold that a profile names as the reader's own; of a folder the files' sizes and ages."""
    found = {}
    for name in filter(parameters.get, OWN):
        path, expected = NOTEBOOKS / os.path.expanduser(parameters[name]), "folder" if name == "pictures" else "file"
        if expected == "folder" and path.is_dir():
            files, _ = find_files(path)
            found[name] = [(file, at.stat().st_size, at.stat().st_mtime_ns) for file, at in files.items()]
        elif expected == "file" and path.is_file():
            found[name] = _digest(path.read_bytes())
        else:
            from_book = ROOT / os.path.expanduser(parameters[name])
            places = " or ".join(dict.fromkeys(os.path.abspath(place) for place in (from_book, path)))
            raise SystemExit(
                f"{profiles_file(notebook)}: {name}: expected a {expected} of yours, found none at {places}"
            )
    return found


def _outcomes(build, notebooks):
    """Return what is noted of the newest runs of notebooks in a build."""
    files = {notebook: outcome_file(build, notebook) for notebook in sorted(notebooks)}
    return {notebook: file.read_text(encoding="utf-8") for notebook, file in files.items() if file.is_file()}


def _digest(content):
    return hashlib.sha256(content).hexdigest()
