"""The exercises of every notebook tell right answers from wrong ones, and one that does not is seen."""

import json

import pytest

from book.make.paths import NOTEBOOKS, TEMPLATE, kind_of, notebooks_of
from tests.notebooks.exercises import exercises, kind_problems, problems
from tests.notebooks.planted import cell, put, reword, with_fault
from tests.notebooks.structure import CHAPTER, stands_with_others

SOLUTION = ["def absolute_error(true, predicted):", "    return np.abs(predicted - true).mean(axis=(1, 2, 3))"]
ANSWER, CHECK = "ex-template-mae-solution", "ex-template-mae-check"
EXERCISES = f"{TEMPLATE}_exercises"


@pytest.mark.parametrize("name", filter(CHAPTER.fullmatch, notebooks_of("smoke")))
def test_checks_tell_right_from_wrong(name):
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    if stands_with_others(name) and kind_of(name) != "exercises":
        assert not exercises(notebook)
    else:
        assert exercises(notebook)
        assert problems(notebook, name) == []


def describe(**changes):
    return lambda notebook: cell(notebook, CHECK)["metadata"]["exercise"].update(changes)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            describe(wrong=[["def absolute_error(true, predicted):", "    return 0"]]),
            "expected two wrong answers or more, found one",
        ),
        (reword(CHECK, "print(", "str("), "the check says nothing to a right answer"),
        (put(CHECK, source="pass"), "the stub should raise NotImplementedError, but gives None"),
        (put(CHECK, source="absolute_error(1, 1)"), "a wrong answer should fail with a hint, but gives AttributeError"),
        (describe(wrong=[SOLUTION]), "a wrong answer should fail with a hint, but gives None"),
        (
            put(CHECK, source="assert absolute_error(np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1, 1)))[0] == 1"),
            "a wrong answer should fail with a hint, but gives AssertionError()",
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
    ],
)
def test_a_weak_exercise_is_seen(change, problem):
    assert problem in "\n".join(problems(with_fault(change, name=EXERCISES), EXERCISES))


def retitle(*replaced):
    """Return the texts of the exercises of a notebook of its own, some words in their titles replaced."""
    notebook = json.loads((NOTEBOOKS / "04_denoising_exercises.ipynb").read_text(encoding="utf-8"))
    found = exercises(notebook)
    for exercise in found:
        for old, new in replaced:
            exercise["text"] = exercise["text"].replace(old, new)
    return found


@pytest.mark.parametrize(
    ("replaced", "problem"),
    [
        ([("(write it,", "(open,")], "no exercise of the kind 'write it'"),
        (
            [("(predict it,", "(open,"), ("(read it off,", "(open,")],
            "no exercise of the kind 'predict it or read it off'",
        ),
        ([("(change it and measure,", "(open,")], "no exercise of the kind 'change it and measure'"),
        ([("(open,", "(write it,")], "no exercise of the kind 'open'"),
    ],
)
def test_exercises_of_their_own_are_of_four_kinds(replaced, problem):
    assert [*kind_problems(retitle(*replaced))] == [problem]


@pytest.mark.parametrize(("old", "new"), [("(open, ", "(a riddle, "), ("(open, hard)", "(open)"), ("(open, hard)", "")])
def test_a_title_without_kind_or_level_is_seen(old, new):
    found = "\n".join(kind_problems(retitle((old, new))))
    assert "ex-04-budget: expected a title that ends in a kind" in found
    assert "no exercise of the kind 'open'" in found


def test_exercises_of_their_own_are_eight_or_more():
    found = retitle()
    assert [*kind_problems(found[-8:])] == []
    assert "expected 8 exercises or more, found 7" in [*kind_problems(found[-7:])]


def test_kinds_are_not_asked_of_the_template():
    path = NOTEBOOKS / "04_denoising_exercises.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    budget = cell(notebook, "ex-04-budget")
    budget["source"] = [line.replace("(open, hard)", "(hard)") for line in budget["source"]]
    assert "no exercise of the kind 'open'" in problems(notebook, path.stem)
    assert problems(with_fault(name=EXERCISES), EXERCISES) == []


def test_a_chapter_without_objectives_is_seen(tmp_path, monkeypatch):
    chapter = with_fault(reword("in-this-chapter", "{#obj-template-error}", ""))
    (tmp_path / f"{TEMPLATE}.ipynb").write_text(json.dumps(chapter), encoding="utf-8")
    monkeypatch.setattr("tests.notebooks.exercises.NOTEBOOKS", tmp_path)
    assert "the opening lists no objectives" in problems(with_fault(name=EXERCISES), EXERCISES)
