"""Show what a chapter's model makes of a picture: ``python -m book.make try_picture CHAPTER PICTURE``.

Nothing is trained. The cells that the chapter tags ``try`` run on the model that its newest run saved, with the
definitions of the notebook that they need, and their page is written to ``_build/try``.
"""

import ast
import dis
import os
import sys
import types
from html import escape
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

from book.make.paths import NOTEBOOKS, PUBLISHED, build_folder, results_folder
from book.make.profiles import OWN_TAG, check_own_files, code_cells, profile_parameters
from book.make.run_chapter import RunFailed, execute
from pixel_utils.results import find_result

TAG = "try"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font-family: sans-serif }}
img {{ max-width: 100% }} pre {{ overflow-x: auto }}</style><h1>{title}</h1>{body}</html>
"""


class WithPicture(ast.NodeTransformer):
    """Leaves out what a cell does where the reader has no picture: ``bundled if yours is None else yours``."""

    def visit_IfExp(self, node):
        self.generic_visit(node)
        return node.orelse if ast.unparse(node.test) == "yours is None" else node


def short_notebook(chapter, model):
    """Return a notebook of the parameters, the needed definitions, the saved model, and the cells tagged ``try``."""
    path = NOTEBOOKS / f"{chapter}.ipynb"
    trees = [WithPicture().visit(ast.parse(source)) for source in code_cells(path, TAG)]
    before = [node for source in code_cells(path) for node in ast.parse(source).body]
    (name,) = {ast.unparse(call.args[0]) for node in before for call in ast.walk(node) if is_call(call, "save_model")}
    opening = [ast.parse(source) for tag in ("parameters", OWN_TAG) for source in code_cells(path, tag)]
    opened = [node for tree in opening for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    own = {name}.union(*(defined(node) for node in [*opened, *(node for tree in trees for node in tree.body)]))
    needed = needed_statements(trees, before, own)
    load = f"import keras\n{name} = keras.models.load_model({str(model)!r}, safe_mode=True)"
    prepared = "\n".join([*map(ast.unparse, needed), load, "from pixel_utils import plot", "plot.use_style()"])
    sources = [prepared, *code_cells(path, OWN_TAG), *map(ast.unparse, trees)]
    parameters = new_code_cell(*code_cells(path, "parameters"), metadata={"tags": ["parameters"]})
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=[parameters, *map(new_code_cell, sources)], metadata=kernel)


def needed_statements(trees, before, own):
    """Return the statements, in their order, that define what trees use, what these use in turn, and so on.

    ``own`` are the names that the trees have from elsewhere. Of several definitions of a name the first counts.
    """
    place_of = {}
    for place, node in enumerate(before):
        for name in defined(node):
            place_of.setdefault(name, place)
    found, wanted = set(), set().union(*map(used, trees))
    while new := {place_of[name] for name in wanted - own if name in place_of} - found:
        found |= new
        wanted = set().union(*(used(ast.Module([before[place]], [])) for place in new))
    return [before[place] for place in sorted(found)]


def used(tree):
    """Return the global names that code reads, in its functions too."""
    codes, names = [compile(ast.fix_missing_locations(tree), "cell", "exec")], set()
    for code in codes:
        codes += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
        names |= {each.argval for each in dis.get_instructions(code) if each.opname in ("LOAD_NAME", "LOAD_GLOBAL")}
    return names


def defined(node):
    """Return the names that a statement gives a value: by import, definition or assignment."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = getattr(node, "targets", []) or [getattr(node, "target", None)]
    parts = [part for target in targets if target for part in ast.walk(target)]
    return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def is_call(node, name):
    """Tell whether a node of a syntax tree calls a method of that name."""
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name


def main(chapter, picture, build=None):
    parameters = profile_parameters(chapter, PUBLISHED) | {"picture": os.path.abspath(os.path.expanduser(picture))}
    if not code_cells(NOTEBOOKS / f"{chapter}.ipynb", TAG):
        sys.exit(f"{chapter}: expected a chapter that takes a picture, found one without")
    check_own_files(chapter, parameters)
    build = build or build_folder(PUBLISHED)
    model = find_result(results_folder(build), chapter, "model.keras")
    folder = build / TAG
    folder.mkdir(parents=True, exist_ok=True)
    source, copy = folder / f".{chapter}.ipynb", folder / f"{chapter}.ipynb"
    nbformat.write(short_notebook(chapter, model), source)
    parameters["out_dir"] = os.path.relpath(folder / chapter, NOTEBOOKS)
    try:
        execute(source, parameters, copy)
    except RunFailed as error:
        sys.exit(f"{chapter}: {error}")
    finally:
        source.unlink()
    shown = nbformat.read(copy, as_version=4)
    for cell in shown.cells:
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    exporter = HTMLExporter(template_name="basic", exclude_input=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(shown)
    title = escape(f"{chapter}: {Path(picture).name}")
    page = copy.with_suffix(".html")
    page.write_text(PAGE.format(title=title, body=body), encoding="utf-8")
    print(page)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2]:
        sys.exit("Expected a chapter and a picture: make try CHAPTER=04_denoising PICTURE=digit.jpg")
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError) as error:
        sys.exit(str(error))
