"""The exercises of every notebook tell right answers from wrong ones, and one that does not is seen."""

import json

import pytest

from book.make.paths import NOTEBOOKS, TEMPLATE, all_chapters
from tests.notebooks.exercises import exercises, problems
from tests.notebooks.planted import cell, put, reword, with_fault
from tests.notebooks.structure import CHAPTER

SOLUTION = ["def absolute_error(true, predicted):", "    return np.abs(predicted - true).mean(axis=(1, 2, 3))"]
ANSWER, CHECK = "ex-template-mae-solution", "ex-template-mae-check"


@pytest.mark.parametrize("name", filter(CHAPTER.fullmatch, [*all_chapters(), TEMPLATE]))
def test_checks_tell_right_from_wrong(name):
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    assert exercises(notebook)
    assert problems(notebook) == []


def describe(**changes):
    return lambda notebook: cell(notebook, CHECK)["metadata"]["exercise"].update(changes)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (put(CHECK, source="pass"), "the stub should raise NotImplementedError, but gives None"),
        (put(CHECK, source="absolute_error(1, 1)"), "wrong answer should fail with a hint, but gives AttributeError"),
        (describe(wrong=SOLUTION), "the wrong answer should fail with a hint, but gives None"),
        (
            put(CHECK, source="assert absolute_error(np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1, 1)))[0] == 1"),
            "the wrong answer should fail with a hint, but gives AssertionError()",
        ),
        (
            put(ANSWER, source="def absolute_error(true, predicted):\n    return 0"),
            "the solution fails: AssertionError",
        ),
        (describe(setup=[]), "the solution fails: NameError"),
        (describe(wrong=[]), "lack a wrong answer"),
        (describe(label="another"), "the check's metadata name another"),
        (put(ANSWER, metadata={}), "expected one cell each of"),
        (reword("ex-template-mae", "exercise-start", "note"), "before the first exercise: expected"),
        (reword("ex-template-mae", "#obj-template-error", "#obj-other"), "expected links to objectives among"),
        (reword("ex-template-mae", "#obj-template-error", "#obj-other"), "no exercise practises obj-template-error"),
        (reword("opening", "{#obj-template-error}", ""), "the first cell lists no objectives"),
    ],
)
def test_a_weak_exercise_is_seen(change, problem):
    assert problem in "\n".join(problems(with_fault(change)))
