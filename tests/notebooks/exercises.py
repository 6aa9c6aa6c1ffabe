"""The exercises of a notebook, and whether their checks tell right from wrong.

An exercise is a text inside ``exercise-start`` and ``exercise-end`` and three code cells: a ``stub`` that raises
``NotImplementedError``, a ``solution`` inside ``solution-start`` and ``solution-end``, and a ``check`` that asserts.
The check's metadata hold ``exercise``: the ``label``, the lines of ``setup`` that make it run on its own, and
common ``wrong`` answers, each as its lines. In a notebook of exercises these are two or more, and a check says so when
an answer is right; there are eight exercises or more, of four kinds, and a title ends in ``(kind, level)``.
"""

import contextlib
import io
import json
import re

from book.make.paths import NOTEBOOKS, TEMPLATE, kind_of, project_of
from tests.notebooks.structure import opening_of, source, tags

CELLS = ["stub", "solution", "check"]
LABEL = re.compile(r"\{exercise-start\}[^\n]*\n:label: (\S+)")
KIND = re.compile(r"\{exercise-start\}[^\n]*\(([^,\n]+), (?:easy|medium|hard)\)\n")
KINDS = {
    "write it": "write it",
    "predict it": "predict it or read it off",
    "read it off": "predict it or read it off",
    "change it and measure": "change it and measure",
    "open": "open",
}
FEWEST = 8


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
    """Run code, part by part, in an empty namespace; return what it raised, or None, and what it printed."""
    namespace, said = {}, io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            for code in parts:
                exec(code, namespace)
    except Exception as error:
        return error, said.getvalue()
    return None, said.getvalue()


def problems(notebook, name):
    """Return which exercises are incomplete, or have a check that does not tell right from wrong, a sentence each.

    Those of a notebook of exercises practise the objectives of its chapter.
    """
    found, practised, of_its_own = [], set(), kind_of(name) == "exercises"
    opening = opening_of(notebook["cells"])
    if of_its_own:
        chapter = NOTEBOOKS / f"{project_of(name)}.ipynb"
        opening = opening_of(json.loads(chapter.read_text(encoding="utf-8"))["cells"])
        # The template shows the form of one.
        found += kind_problems(exercises(notebook)) if project_of(name) != TEMPLATE else []
    goals = re.findall(r"\{#(obj-[\w-]+)\}", opening)
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
            found += [f"{label}: {problem}" for problem in check_problems(meta, of_its_own, **dict(exercise["cells"]))]
    if not goals:
        found.append("the opening lists no objectives")
    return found + [f"no exercise practises {goal}" for goal in goals if goal not in practised]


def kind_problems(exercises):
    missing = [*dict.fromkeys(KINDS.values())]
    for exercise in exercises:
        title = KIND.search(exercise["text"])
        if not title or title[1] not in KINDS:
            yield f"{exercise['label']}: expected a title that ends in a kind, one of {[*KINDS]}, and a level"
        elif KINDS[title[1]] in missing:
            missing.remove(KINDS[title[1]])
    yield from (f"no exercise of the kind {kind!r}" for kind in missing)
    if len(exercises) < FEWEST:
        yield f"expected {FEWEST} exercises or more, found {len(exercises)}"


def check_problems(meta, of_its_own, stub, solution, check):
    setup = "\n".join(meta.get("setup", []))
    if not isinstance(error := outcome(setup, stub, check)[0], NotImplementedError):
        yield f"the stub should raise NotImplementedError, but gives {error!r}"
    for lines in meta["wrong"]:
        if not isinstance(error := outcome(setup, "\n".join(lines), check)[0], AssertionError) or not str(error):
            yield f"a wrong answer should fail with a hint, but gives {error!r}: {lines}"
    error, said = outcome(setup, solution, check)
    if error:
        yield f"the solution fails: {error!r}"
    if of_its_own and len(meta["wrong"]) < 2:
        yield "expected two wrong answers or more, found one"
    if of_its_own and not said:
        yield "the check says nothing to a right answer"
