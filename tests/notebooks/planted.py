"""Faults to plant in a copy of the template: each function returns one that changes a notebook."""

import json

from book.make.paths import NOTEBOOKS

TEMPLATE = NOTEBOOKS / "template.ipynb"


def with_fault(*changes, name="template"):
    """Return the template under a name, changed."""
    notebook = json.loads(TEMPLATE.read_text(encoding="utf-8").replace("template", name))
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
