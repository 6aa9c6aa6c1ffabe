"""Every notebook keeps the habits of this book, and its exercises tell right answers from wrong ones."""

import ast
import json

import nbformat
import pytest

from book.make import structure
from book.make.exercises import exercises, problems
from book.make.paths import NOTEBOOKS, TEMPLATE, all_chapters
from book.make.triggers import code_cells, data_declared, parse

WITH_EXERCISES = [name for name in [*all_chapters(), TEMPLATE] if structure.CHAPTER.fullmatch(name)]
READ_BY = {
    "load_digits(": "digits.npz",
    "load_items(": "items.npz",
    "load_frames(": "infrared",
    "load_regions(": "infrared",
    "load_photos(": "photos",
    '"other"': "photos_other",
    "{data_dir}/photos/": "photos",
}


def read(name):
    return json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [*all_chapters(), TEMPLATE])
def test_notebook_keeps_the_habits(name):
    assert structure.problems(read(name), name) == []
    nbformat.validate(nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4))


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_checks_tell_right_from_wrong(name):
    notebook = read(name)
    assert exercises(notebook)
    assert problems(notebook) == []


@pytest.mark.parametrize("name", [*all_chapters(), TEMPLATE])
def test_what_is_read_is_declared(name):
    """What a notebook says it read is what makes it run again, and what its page names."""
    path = NOTEBOOKS / f"{name}.ipynb"
    source = "\n".join(code_cells(path))
    declared = data_declared(list(ast.walk(parse(source))), path, {})
    assert {data for words, data in READ_BY.items() if words in source} <= declared.keys()
