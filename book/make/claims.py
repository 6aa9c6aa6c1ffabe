"""Check the claims of a chapter against the values that a run measured."""

import json
import operator
from pathlib import Path

import pandas as pd
import yaml

from book.make.paths import ROOT
from book.make.tables import table

OPERATORS = {"<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt, "==": operator.eq}
REQUIRED = {"id", "sentence", "value", "operator", "bound", "profiles"}
OPTIONAL = {"goal", "format"}
# What a claim writes before a key to mean what book/edition.json holds of it.
SEALED = "sealed_"


def load_claims(chapter, folder=ROOT / "tests/claims"):
    """Read the claims of a chapter from ``tests/claims/<chapter>.yml``.

    Parameters
    ----------
    chapter : str
    folder : Path

    Returns
    -------
    list of dict
        Each with ``id``, ``sentence``, ``value`` (a key of ``values.json`` or an expression of keys),
        ``operator``, ``bound``, ``profiles``, and optionally ``goal`` (a bound that does not gate) and ``format``.

    Raises
    ------
    ValueError
        If an entry lacks a field, has an unknown one, an unknown operator, or repeats an id.
    """
    path = Path(folder) / f"{chapter}.yml"
    claims = (yaml.safe_load(path.read_text(encoding="utf-8")) or []) if path.is_file() else []
    for claim in claims:
        if not REQUIRED <= claim.keys() <= REQUIRED | OPTIONAL:
            wrong = sorted(REQUIRED - claim.keys() | claim.keys() - REQUIRED - OPTIONAL)
            raise ValueError(f"{path}: claim {claim.get('id')}: missing or unknown fields {wrong}")
        if claim["operator"] not in OPERATORS:
            raise ValueError(f"{path}: claim {claim['id']}: unknown operator {claim['operator']!r}")
    if len({claim["id"] for claim in claims}) < len(claims):
        raise ValueError(f"{path}: claim ids are not unique: {[claim['id'] for claim in claims]}")
    return claims


def claimed_number(claim, numbers):
    """Return the measured number of a claim: one key, or an arithmetic expression of keys.

    Parameters
    ----------
    claim : dict
    numbers : dict
        The recorded numbers by key.

    Raises
    ------
    KeyError
        If the claim names a key that the run did not record.
    """
    try:
        return float(pd.eval(str(claim["value"]), local_dict=numbers, global_dict={}, engine="python"))
    except pd.errors.UndefinedVariableError as error:
        raise KeyError(f"claim {claim['id']}: {error}; recorded are {sorted(numbers)}") from None


def meets(claim, number, bound="bound"):
    """Tell whether a number meets the bound of a claim, or its goal."""
    return OPERATORS[claim["operator"]](number, claim[bound])


def as_text(claim, number):
    """Return a number as a claim writes it."""
    return f"{number:{claim.get('format', '.4g')}}"


def check(claims, numbers, profile, sealed=None):
    """Compare claims with measured numbers.

    Parameters
    ----------
    claims : list of dict
    numbers : dict
        The recorded numbers by name.
    profile : str
        Claims are judged only in the profiles they name.
    sealed : dict, optional
        The numbers recorded of the sealed part by name.

    Returns
    -------
    list of dict
        For each claim ``id``, ``sentence``, ``measured`` and ``required`` as text, ``status`` (``holds``,
        ``fails`` or ``not checked``), ``goal``, empty or a text that says whether it is met, and ``sealed``, the
        number of the run on the sealed part, empty if that was not recorded.
    """
    rows, sealed = [], sealed or {}
    numbers = numbers | {f"{SEALED}{name}": number for name, number in sealed.items()}
    for claim in claims:
        measured, goal = claimed_number(claim, numbers), ""
        if "goal" in claim:
            missed = f"missed by {as_text(claim, abs(measured - claim['goal']))}"
            goal = f"{as_text(claim, claim['goal'])}, {'met' if meets(claim, measured, 'goal') else missed}"
        status = ("holds" if meets(claim, measured) else "fails") if profile in claim["profiles"] else "not checked"
        required = f"{claim['operator']} {as_text(claim, claim['bound'])}"
        texts = {"measured": as_text(claim, measured), "required": required, "status": status, "goal": goal}
        texts["sealed"] = sealed_text(claim, sealed)
        rows.append({"id": claim["id"], "sentence": claim["sentence"], **texts})
    return rows


def sealed_text(claim, sealed):
    """Return the number of a claim on the sealed part as text; empty if that was not recorded."""
    try:
        return as_text(claim, claimed_number(claim, sealed))
    except KeyError:
        return ""


def sealed_numbers(chapter, folder=ROOT / "book"):
    """Return the numbers of a chapter on the sealed part by name, as ``book/edition.json`` records them."""
    recorded = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    return recorded.get(chapter, {}).get("values", {})


def judge(notebook, run):
    """Compare the claims of a notebook with its newest run, as :func:`check` does; none is judged if that failed."""
    if run.failure:
        return []
    return check(load_claims(notebook), run.values, run.provenance["profile"], sealed_numbers(notebook))


def to_markdown(rows, profile):
    """Render checked claims as a table for a page."""
    words = {"holds": "holds", "fails": "**fails**", "not checked": f"not judged in profile {profile}"}
    cells = []
    for row in rows:
        sealed = f" (*sealed* {row['sealed']})" if row["sealed"] else ""
        cells.append([row["sentence"], words[row["status"]], row["measured"] + sealed, row["required"], row["goal"]])
    note = "\n*Sealed*: of another run of the same notebook, on {ref}`pictures that no choice has seen <sealed>`.\n"
    lines = table(["Claim", "Verdict", "Measured", "Required", "Goal"], cells, of_claims=True)
    return "\n".join(lines) + "\n" + (note if any(row["sealed"] for row in rows) else "")


def overview(judged, titles):
    """Return how many claims and goals of each chapter are met, and the sentence of each that is not, as Markdown.

    Parameters
    ----------
    judged : dict
        For each chapter what :func:`check` returned.
    titles : dict
        For each chapter its title.
    """
    counts, missed = [], []
    for chapter, rows in judged.items():
        rows = [row for row in rows if row["status"] != "not checked"]
        if not rows:
            continue
        goals = [row["goal"].endswith("met") for row in rows if row["goal"]]
        held = [row["status"] == "holds" for row in rows]
        counts.append([titles[chapter], f"{sum(held)} of {len(held)}", f"{sum(goals)} of {len(goals)}"])
        for row in rows:
            said = f"- *{titles[chapter]}*: {row['sentence']}: {row['measured']}"
            if row["status"] == "fails":
                missed.append(f"{said}, required {row['required']}. **Fails.**")
            elif "missed" in row["goal"]:
                missed.append(f"{said}; goal {row['goal']}.")
    if not counts:
        return "No claim is judged in this run.\n"
    missed = ["What was missed:", "", *missed] if missed else ["No claim and no goal was missed."]
    return "\n".join([*table(["Chapter", "Claims that hold", "Goals met"], counts), "", *missed]) + "\n"
