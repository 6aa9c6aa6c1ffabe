"""The check of exercises: it sees those whose check refuses too little, and those without a link to an objective."""

import json

import pytest

from book.make.exercises import problems
from book.make.paths import NOTEBOOKS


@pytest.fixture
def template():
    return json.loads((NOTEBOOKS / "template.ipynb").read_text(encoding="utf-8"))


def cell(notebook, name):
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def put(kind, text):
    return lambda notebook: cell(notebook, f"ex-template-mae-{kind}").update(source=text)


def meta(**changes):
    return lambda notebook: cell(notebook, "ex-template-mae-check")["metadata"]["exercise"].update(changes)


def reword(name, old, new):
    def change(notebook):
        cell(notebook, name)["source"] = "".join(cell(notebook, name)["source"]).replace(old, new)

    return change


def untag(kind):
    return lambda notebook: cell(notebook, f"ex-template-mae-{kind}").update(metadata={})


SOLUTION = ["def absolute_error(true, predicted):", "    return np.abs(predicted - true).mean(axis=(1, 2, 3))"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (put("check", "pass"), "the stub should raise NotImplementedError, but gives None"),
        (put("check", "absolute_error(1, 1)"), "the wrong answer should fail with a hint, but gives AttributeError"),
        (put("stub", "\n".join(SOLUTION)), "the stub should raise NotImplementedError, but gives None"),
        (meta(wrong=SOLUTION), "the wrong answer should fail with a hint, but gives None"),
        (meta(wrong=["def absolute_error("]), "the wrong answer should fail with a hint, but gives SyntaxError"),
        (
            put("check", "assert absolute_error(np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1, 1)))[0] == 1"),
            "the wrong answer should fail with a hint, but gives AssertionError()",
        ),
        (put("solution", "def absolute_error(true, predicted):\n    return 0"), "the solution fails: AssertionError"),
        (meta(setup=[]), "the solution fails: NameError"),
        (meta(wrong=[]), "lack a wrong answer"),
        (meta(label="another"), "the check's metadata name another"),
        (untag("solution"), "expected one cell each of"),
        (untag("check"), "expected one cell each of"),
        (reword("ex-template-mae", "exercise-start", "note"), "before the first exercise: expected"),
        (reword("ex-template-mae", "#obj-template-error", "#obj-other"), "expected links to objectives among"),
        (reword("ex-template-mae", "#obj-template-error", "#obj-other"), "no exercise practises obj-template-error"),
        (reword("opening", "{#obj-template-error}", ""), "the first cell lists no objectives"),
    ],
)
def test_a_weak_exercise_is_seen(template, change, problem):
    change(template)
    assert problem in "\n".join(problems(template))
