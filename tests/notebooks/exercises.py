"""The exercises of a notebook, and whether their checks tell right from wrong.

An exercise is a text inside ``exercise-start`` and ``exercise-end`` and three code cells: a ``stub`` that raises
``NotImplementedError``, a ``solution`` inside ``solution-start`` and ``solution-end``, and a ``check`` that asserts.
The check's metadata hold ``exercise``: the ``label``, the lines of ``setup`` that make it run on its own, and
the lines of one common ``wrong`` answer.
"""

import re

from tests.notebooks.structure import source, tags

CELLS = ["stub", "solution", "check"]
LABEL = re.compile(r"\{exercise-start\}[^\n]*\n:label: (\S+)")


def exercises(notebook):
    """Return the exercises of a notebook: ``label``, ``text``, the check's ``meta``, and ``cells`` by their tags."""
    found = []
    for cell in notebook["cells"]:
        if label := LABEL.search(source(cell)):
            found.append({"label": label[1], "text": source(cell), "cells": [], "meta": {}})
        for kind in sorted(tags(cell) & {*CELLS}):
            if not found:
                found.append({"label": "before the first exercise", "text": "", "cells": [], "meta": {}})
            found[-1]["cells"].append((kind, source(cell)))
            found[-1]["meta"] |= cell["metadata"].get("exercise", {})
    return found


def outcome(*parts):
    """Run code, part by part, in an empty namespace; return what it raised, or None."""
    namespace = {}
    try:
        for code in parts:
            exec(code, namespace)
    except Exception as error:
        return error
    return None


def problems(notebook):
    """Return which exercises are incomplete, or have a check that does not tell right from wrong, a sentence each."""
    found, practised = [], set()
    goals = re.findall(r"\{#(obj-[\w-]+)\}", source(notebook["cells"][0]))
    for exercise in exercises(notebook):
        label, meta = exercise["label"], exercise["meta"]
        aims = set(re.findall(r"\]\(#(obj-[\w-]+)\)", exercise["text"]))
        practised |= aims
        if not aims or not aims <= set(goals):
            found.append(f"{label}: expected links to objectives among {goals}, found {sorted(aims)}")
        kinds = [kind for kind, _ in exercise["cells"]]
        if kinds != CELLS:
            found.append(f"{label}: expected one cell each of {CELLS}, in this order, found {kinds}")
        elif meta.get("label") != label or not meta.get("wrong"):
            found.append(f"{label}: the check's metadata name {meta.get('label')} or lack a wrong answer")
        else:
            found += [f"{label}: {problem}" for problem in check_problems(meta, **dict(exercise["cells"]))]
    if not goals:
        found.append("the first cell lists no objectives")
    return found + [f"no exercise practises {goal}" for goal in goals if goal not in practised]


def check_problems(meta, stub, solution, check):
    setup, wrong = ("\n".join(meta.get(name, [])) for name in ("setup", "wrong"))
    if not isinstance(error := outcome(setup, stub, check), NotImplementedError):
        yield f"the stub should raise NotImplementedError, but gives {error!r}"
    if not isinstance(error := outcome(setup, wrong, check), AssertionError) or not str(error):
        yield f"the wrong answer should fail with a hint, but gives {error!r}"
    if error := outcome(setup, solution, check):
        yield f"the solution fails: {error!r}"
