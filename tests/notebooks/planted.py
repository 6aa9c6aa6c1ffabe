"""Faults to plant in a copy of a notebook, the template unless named: each function returns one that changes it."""

import json

from book.make.paths import NOTEBOOKS, TEMPLATE


def with_fault(*changes, name=TEMPLATE):
    """Return a notebook of this name, changed."""
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    for change in changes:
        change(notebook)
    return notebook


def cell(notebook, name):
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def drop(name):
    return lambda notebook: notebook["cells"].remove(cell(notebook, name))


def put(name, **changes):
    return lambda notebook: cell(notebook, name).update(changes)


def reword(name, old, new):
    def change(notebook):
        assert old in cell(notebook, name)["source"]
        put(name, source=cell(notebook, name)["source"].replace(old, new))(notebook)

    return change
