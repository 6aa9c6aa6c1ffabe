"""The exercises of a notebook, and whether their checks tell right from wrong.

An exercise is a text inside ``exercise-start`` and ``exercise-end`` and three code cells: a ``stub`` that raises
``NotImplementedError``, a ``solution`` inside ``solution-start`` and ``solution-end``, and a ``check`` that asserts.
The check's metadata hold ``exercise``: the ``label``, the lines of ``setup`` that make it run on its own, and
the lines of one common ``wrong`` answer.
"""

import re

from book.make.structure import source, tags

CELLS = ("stub", "solution", "check")
LABEL = re.compile(r"\{exercise-start\}[^\n]*\n:label: (\S+)")


def objectives(notebook):
    """Return the names of the learning objectives that the opening cell lists."""
    return re.findall(r"\{#(obj-[\w-]+)\}", source(notebook["cells"][0]))


def exercises(notebook):
    """Return the exercises of a notebook.

    Parameters
    ----------
    notebook : dict

    Returns
    -------
    list of dict
        Each with ``label``, ``text``, ``cells`` (the tags of its code cells in order), ``stub``, ``solution``
        and ``check`` (code), and the check's ``meta``.
    """
    found = []
    for cell in notebook["cells"]:
        text = source(cell)
        if cell["cell_type"] == "markdown":
            if label := LABEL.search(text):
                found.append({"label": label[1], "text": text, "cells": [], "meta": {}})
            continue
        for kind in sorted(tags(cell) & set(CELLS)):
            if not found:
                found.append({"label": "before the first exercise", "text": "", "cells": [], "meta": {}})
            found[-1]["cells"].append(kind)
            found[-1][kind] = text
            found[-1]["meta"].update(cell["metadata"].get("exercise", {}))
    return found


def outcome(setup, answer, check):
    """Run an answer and its check in an empty namespace; return what they raised, or None."""
    namespace = {}
    try:
        for code in (setup, answer, check):
            exec(code, namespace)
    except Exception as error:
        return error
    return None


def problems(notebook):
    """Return which exercises are incomplete, or have a check that does not tell right from wrong.

    Parameters
    ----------
    notebook : dict

    Returns
    -------
    list of str
        One sentence a problem.
    """
    found, goals, practised = [], objectives(notebook), set()
    for exercise in exercises(notebook):
        label, meta = exercise["label"], exercise["meta"]
        aims = set(re.findall(r"\]\(#(obj-[\w-]+)\)", exercise["text"]))
        practised |= aims
        if not aims or not aims <= set(goals):
            found.append(f"{label}: expected links to objectives among {goals}, found {sorted(aims)}")
        if tuple(exercise["cells"]) != CELLS:
            found.append(f"{label}: expected one cell each of {CELLS}, in this order, found {exercise['cells']}")
        elif meta.get("label") != label or not meta.get("wrong"):
            found.append(f"{label}: the check's metadata name {meta.get('label')} or lack a wrong answer")
        else:
            found += [f"{label}: {problem}" for problem in _check_problems(exercise)]
    if not goals:
        found.append("the first cell lists no objectives")
    return found + [f"no exercise practises {goal}" for goal in goals if goal not in practised]


def _check_problems(exercise):
    setup, wrong = ("\n".join(exercise["meta"].get(name, [])) for name in ("setup", "wrong"))
    found = []
    error = outcome(setup, exercise["stub"], exercise["check"])
    if not isinstance(error, NotImplementedError):
        found.append(f"the stub should raise NotImplementedError, but gives {error!r}")
    error = outcome(setup, wrong, exercise["check"])
    if not isinstance(error, AssertionError) or not str(error):
        found.append(f"the wrong answer should fail with a hint, but gives {error!r}")
    error = outcome(setup, exercise["solution"], exercise["check"])
    if error is not None:
        found.append(f"the solution fails: {error!r}")
    return found
