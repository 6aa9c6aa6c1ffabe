"""The copy of exercises that students get."""

import re

import nbformat
import pytest

from book.make.exercise_copies import student_copy
from book.make.paths import NOTEBOOKS, all_notebooks, kind_of

EXERCISES = [name for name in all_notebooks() if kind_of(name) == "exercises"]


def read(name):
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


@pytest.mark.parametrize("name", EXERCISES)
def test_it_has_every_stub_and_check_and_no_solution(name):
    whole, student = read(name), student_copy(read(name))

    def tagged(notebook, tag):
        return [cell.id for cell in notebook.cells if tag in cell.metadata.get("tags", [])]

    assert tagged(whole, "solution")
    assert not tagged(student, "solution")
    for kind in ("stub", "check"):
        assert tagged(student, kind) == tagged(whole, kind)
    nbformat.validate(student)


@pytest.mark.parametrize("name", EXERCISES)
def test_its_texts_have_titles_and_no_marks_of_exercises(name):
    whole, student = ("\n".join(cell.source for cell in part.cells) for part in (read(name), student_copy(read(name))))
    titles = re.findall(r"\{exercise-start\} (.+)", whole)
    assert titles
    assert re.findall(r"^### (.+)", student, re.MULTILINE) == titles
    assert not re.search(r"\{(exercise|solution)-\w+\}", student)
