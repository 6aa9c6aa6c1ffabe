"""What makes a notebook run again: a text for each kind of thing that its results depend on.

A run notes these texts, and a notebook runs again if one of them differs now. They leave out what changes no result:
comments, docstrings, line breaks, the age of a file, definitions of the module that the notebook does not reach, data
that it does not read, other chapters' figures, and packages that only tests need. What is not plainly understood
counts whole.
"""

import ast
import hashlib
import io
import json
import os
import re
import tokenize

import yaml

from book.make.paths import COMPARISON, NOTEBOOKS, ROOT, all_chapters, outcome_file
from book.make.profiles import OWN, profiles_file
from pixel_utils.data import bundled_checksums
from pixel_utils.folders import find_files

MODULE = "pixel_utils"
# What in the module would reach more than is named.
DYNAMIC = {"eval", "exec", "globals", "import_module", "locals", "vars", "__import__"}
# All definitions of all files of the module.
EVERYTHING = ("", "")
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def find_triggers(build, notebook, parameters, module):
    """Return what the results of a notebook depend on now.

    Parameters
    ----------
    build : Path
        Whose results the comparison reads.
    notebook : str
    parameters : dict
        What its profile sets.
    module : tuple
        What :func:`read_module` returned.

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
    trees, nodes, hidden = _code(sources)
    found = {
        "code": [normal_form(source, tree) for source, tree in zip(sources, trees, strict=True)],
        "module": module_part(nodes, *module, whole=hidden),
        "originals": originals_asked(nodes, ROOT / "book/originals.yml", whole=hidden),
        "data": data_declared(nodes, path, parameters, whole=hidden),
        "lock": locked(ROOT / "requirements.lock"),
        "own files": own_files(notebook, parameters),
    }
    if notebook == COMPARISON:
        found["results"] = _outcomes(build, {*all_chapters()} - {COMPARISON})
    digests = {kind: _digest(json.dumps(content).encode()) for kind, content in found.items()}
    return {"parameters": json.dumps(parameters, default=str), **digests}


def same_module(sources, first, second):
    """Tell whether what the code of cells reaches in the module is the same in two states of it."""
    _, nodes, hidden = _code(sources)
    return module_part(nodes, *first, whole=hidden) == module_part(nodes, *second, whole=hidden)


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
    contents = {str(path.relative_to(ROOT)): _digest(path.read_bytes()) for path in files}
    return _digest(
        json.dumps(
            [list(notebooks), sorted(contents.items()), _outcomes(build, {*notebooks, *all_chapters()})]
        ).encode()
    )


def code_cells(path):
    """Return the source of each code cell of a notebook."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"{path}: expected a notebook, found a file that does not open as one ({error!r})") from None


def _code(sources):
    """Return the trees of cells, all their nodes, and whether one may hide what it does, as a magic command."""
    trees = [parse(source) for source in sources]
    return trees, [node for tree in trees if tree for node in ast.walk(tree)], None in trees


def parse(source):
    """Return the syntax tree of code, without the docstrings in it; None of what is not plain Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def normal_form(source, tree):
    """Return the code of a cell without comments, docstrings and layout; what is not plain Python as it is."""
    if tree is None:
        return source
    # A semicolon at its end, which the tree does not hold, keeps a cell from showing its value.
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    said = [token.string for token in tokens if token.string.strip() and token.type != tokenize.COMMENT]
    return ast.dump(tree) + (";" if said[-1:] == [";"] else "")


def read_module(folder=ROOT / MODULE):
    """Return of each file of the module its definitions by name, and what it imports from the others by name."""
    trees = {}
    for path in sorted(folder.rglob("*.py")):
        tree = parse(path.read_bytes())
        if tree is None:
            raise SystemExit(f"{path}: expected Python, found a syntax error; python {path} names it")
        trees[".".join(path.relative_to(folder).with_suffix("").parts)] = tree
    defined = {file: _definitions(tree) for file, tree in trees.items()}
    return defined, {file: _imports(list(ast.walk(tree)), defined) for file, tree in trees.items()}


def module_part(nodes, defined, imported, *, whole=False):
    """Return the definitions of the module that code reaches: those it names, those that these name, and so on.

    Parameters
    ----------
    nodes : list of ast.AST
        The code of a notebook.
    defined, imported : dict
        What :func:`read_module` returned.
    whole : bool
        Whether the code may reach more than it names.

    Returns
    -------
    dict
        For each reached ``file.name`` its syntax trees as text.
    """
    own = _imports(nodes, defined)
    waiting = {("__init__", ""), *(target for targets in own.values() for target in targets)}
    waiting |= {each for tree in nodes if isinstance(tree, ast.Module) for each in _names(tree, None, own, defined)}
    waiting |= {EVERYTHING} if whole else set()
    reached = {}
    while waiting:
        file, name = key = waiting.pop()
        if key == EVERYTHING:
            waiting |= {(file, name) for file in defined for name in defined[file]} - reached.keys()
        elif key not in reached and file in defined:
            nodes = defined[file].get(name, [])
            reached[key] = [ast.dump(node) for node in nodes]
            # What stands in a file outside its definitions happens whenever the file is imported, as do its imports.
            waiting |= imported[file].get(name, set()) | {(file, "")}
            waiting |= {(other, "") for others in imported[file].values() for other, _ in others if name == ""}
            waiting |= {each for node in nodes for each in _names(node, file, imported[file], defined)}
    return {f"{file}.{name}": texts for (file, name), texts in sorted(reached.items())}


def _definitions(tree):
    """Return the top-level statements of a file by the names that they bind.

    By an empty name those that bind none, and those that may do more than that: they call something, or are decorated.
    """
    found = {"": []}
    for node in tree.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue  # the file's docstring
        if isinstance(node, DEFINITIONS):
            names = {node.name, *([""] if node.decorator_list else [])}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.asname or alias.name.split(".")[0] for alias in node.names}
        else:
            parts = list(ast.walk(node))
            names = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
            names |= {part.name for part in parts if isinstance(part, DEFINITIONS)}
            names |= {""} if not names or any(isinstance(part, ast.Call) for part in parts) else set()
        for name in names:
            found.setdefault(name, []).append(node)
    return found


def _imports(nodes, defined):
    """Return for each name that code imports from the module what it may stand for, as file and name.

    A file as a whole has an empty name.
    """
    found = {}
    for node in nodes:
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == MODULE for alias in node.names):
            found.setdefault("", set()).add(EVERYTHING)
        if not isinstance(node, ast.ImportFrom):
            continue
        path = (node.module or "").split(".") if node.module else []
        if not node.level and path[:1] != [MODULE]:
            continue
        for alias in node.names:
            parts = [*(path if node.level else path[1:]), alias.name]
            file, name = ".".join(parts), ""
            if file not in defined:
                file, name = ".".join(parts[:-1]) or "__init__", alias.name
            known = file in defined and alias.name != "*"
            found.setdefault(alias.asname or alias.name, set()).add((file, name) if known else EVERYTHING)
    return found


def _names(node, file, imported, defined, hidden=frozenset()):
    """Yield as file and name the definitions of the module that a piece of code names; ``file`` is where it stands.

    ``hidden`` are the arguments of the functions around it, which hide what else has their names.
    """
    inside = []
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id not in hidden:
        targets = imported.get(node.value.id, set())
        if targets and all(name == "" for _, name in targets):
            yield from {(target, node.attr) for target, _ in targets}
            return
    elif isinstance(node, ast.Name) and node.id not in hidden:
        yield from {EVERYTHING} if file and node.id in DYNAMIC else set()
        for target, name in imported.get(node.id, set()):
            # Whoever passes a file on as a whole may use all that is in it.
            yield from [(target, name)] if name else [(target, each) for each in defined.get(target, [])]
        yield from [(file, node.id)] if file else []
    elif isinstance(node, FUNCTIONS):
        inside = node.body if isinstance(node.body, list) else [node.body]
    arguments = {part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)} if inside else set()
    for child in ast.iter_child_nodes(node):
        yield from _names(child, file, imported, defined, hidden | arguments if child in inside else hidden)


def originals_asked(nodes, path, *, whole=False):
    """Return the originals' figures that code asks for, ``originals(chapter)``; all if it names the file itself."""
    figures = {
        chapter: {name: entry["value"] for name, entry in entries.items()}
        for chapter, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }
    asked = [call.args[:1] + [keyword.value for keyword in call.keywords] for call in _calls(nodes, "originals")]
    names = [getattr(value, "value", None) for values in asked for value in values[:1]]
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    whole = whole or any(path.name in text for text in texts) or not all(isinstance(name, str) for name in names)
    return {chapter: values for chapter, values in figures.items() if whole or chapter in names}


def data_declared(nodes, notebook, parameters, *, whole=False):
    """Return the checksums of the bundled data that code says it read, ``book.provenance(data=[...])``.

    With pictures come the tables that deal them to the parts. A list that is computed may hold all there is.
    """
    defaults = [node.value for node in nodes if isinstance(node, ast.AnnAssign) and _name(node.target) == "data_dir"]
    written = parameters.get("data_dir", defaults[0].value if defaults else "../data")
    folder = notebook.parent / os.path.expanduser(written)
    try:
        checksums = bundled_checksums(folder)
    except FileNotFoundError as error:
        raise SystemExit(f"{notebook}: data_dir: {error}") from None
    lists = [word.value for call in _calls(nodes, "provenance") for word in call.keywords if word.arg == "data"]
    names = [getattr(item, "value", None) for each in lists for item in getattr(each, "elts", [None])]
    if not whole and all(isinstance(name, str) for name in names):
        unknown = sorted(set(names) - checksums.keys())
        if unknown:
            raise SystemExit(f"{notebook}: provenance(data=...): expected some of {sorted(checksums)}, found {unknown}")
        checksums = {name: checksums[name] for name in names}
    tables = sorted((folder / "splits").glob("*.csv")) if any("files" in entry for entry in checksums.values()) else []
    return {**checksums, **{table.name: table.read_text(encoding="utf-8") for table in tables}}


def locked(path):
    """Return name, version and condition of each package that the book needs, be it for others; not those of tests."""
    entries = re.split(r"^(?=[a-zA-Z0-9])", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    # Below each package stand those that need it; those of tests alone are told from the project's own by a colon.
    users = {
        entry.split(" \\")[0]: set(re.findall(r"^ +#(?: via)? +(\S.*)$", entry, re.MULTILINE)) for entry in entries
    }
    needed = {"predicting-pixels (pyproject.toml)"}
    while True:
        lines = {line for line in users if users[line] & needed}
        names = {line.split("==")[0] for line in lines}
        if names <= needed:
            return sorted(lines)
        needed |= names


def own_files(notebook, parameters):
    """Return what the files hold that a profile names as the reader's own; of a folder the files' sizes and ages."""
    found = {}
    for name in OWN:
        if not parameters.get(name):
            continue
        own = os.path.expanduser(parameters[name])
        path, expected = NOTEBOOKS / own, "folder" if name == "pictures" else "file"
        if expected == "folder" and path.is_dir():
            files, _ = find_files(path)
            found[name] = [(file, at.stat().st_size, at.stat().st_mtime_ns) for file, at in files.items()]
        elif expected == "file" and path.is_file():
            found[name] = _digest(path.read_bytes())
        else:
            places = " or ".join(dict.fromkeys(str((folder / own).resolve()) for folder in (ROOT, NOTEBOOKS)))
            raise SystemExit(
                f"{profiles_file(notebook)}: {name}: expected a {expected} of yours, found none at {places}"
            )
    return found


def _outcomes(build, notebooks):
    """Return what is noted of the newest runs of notebooks in a build."""
    files = {notebook: outcome_file(build, notebook) for notebook in sorted(notebooks)}
    return {notebook: file.read_text(encoding="utf-8") for notebook, file in files.items() if file.is_file()}


def _calls(nodes, function):
    """Return the calls of a function or method of a name."""
    return [node for node in nodes if isinstance(node, ast.Call) and _name(node.func) == function]


def _name(node):
    return getattr(node, "attr", getattr(node, "id", None))


def _digest(content):
    return hashlib.sha256(content).hexdigest()
