"""Publish what ``make train`` recorded, and train one published record again: ``python -m book.make trainings NAME``.

``publish`` copies the records that the newest runs in profile ``train`` read into ``data/trained``, and removes there
what these no longer read. ``audit`` chooses a record by the commit of the newest run, trains it in full and compares.
"""

import json
import os
import shutil
import subprocess
import sys

import pandas as pd

from book.make.paths import (
    ROOT,
    all_notebooks,
    build_folder,
    published_trainings,
    results_folder,
    trainings_folder,
)
from book.make.profiles import records_trainings
from book.make.runs import read_newest, read_outcome

PROFILE = "train"
# What a notebook calls the trainings of its own networks.
NETWORKS = "networks"
# What all licences of the pictures allow for weights that learned from them, the first that fits; see data/README.md.
LICENCES = (
    ({"items.npz"}, "MIT"),
    ({"items.npz", "digits.npz"}, "CC BY-SA 4.0"),
    ({"items.npz", "digits.npz", "photos", "infrared"}, "GPL-3.0"),
)


def recording():
    """Return the notebooks whose trainings are recorded."""
    return [notebook for notebook in all_notebooks() if records_trainings(notebook)]


def publish(notebook, published=None):
    """Make the records that a notebook's newest run in profile ``train`` read the published ones; return their keys.

    Raises
    ------
    FileNotFoundError
        If it has not run.
    ValueError
        If that run failed.
    """
    folder = (published or published_trainings()) / notebook
    _, provenance = read_newest(build_folder(PROFILE), notebook, PROFILE)
    keys = {key for each in provenance["records"].values() for key in each["keys"]}
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".*"):
        shutil.rmtree(left)
    for key in sorted(keys - {path.name for path in folder.iterdir()}):
        part = folder / f".{key}"
        shutil.copytree(trainings_folder(PROFILE) / notebook / key, part)
        about = json.loads((part / "record.json").read_text(encoding="utf-8"))
        if not about["commit"] or about["commit"].endswith("-dirty"):
            raise ValueError(f"{notebook}, {about['name']}: expected a training at a commit, found {about['commit']}")
        about["licence"] = licence_of(about["learned_from"])
        (part / "record.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        os.replace(part, folder / key)
    for path in folder.iterdir():
        if path.name not in keys:
            shutil.rmtree(path)
    return sorted(keys)


def licence_of(data):
    """Return the licence of weights that learned from bundled data, given by their names."""
    found = [licence for covered, licence in LICENCES if data and covered >= {*data}]
    if not found:
        raise ValueError(f"weights: expected bundled data among {sorted(LICENCES[-1][0])}, found {sorted(data)}")
    return found[0]


def seeds_of(notebook, published=None):
    """Return what a notebook's published trainings came to that differ in nothing but their seed.

    Returns
    -------
    list of dict
        For each such training and each number that it ended with: ``training`` and ``arguments``, those in which it
        differs from others of its name; ``measured``, and ``numbers`` by seed.
    """
    found = {}
    for path in sorted(((published or published_trainings()) / notebook).glob("*/record.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        point = {name: json.dumps(value) for name, value in about["arguments"].items()}
        alike = found.setdefault(about["name"], {}).setdefault(frozenset(point.items() - {("seed", point["seed"])}), {})
        alike[about["arguments"]["seed"]] = _ended_with(path.parent, about)
    rows = []
    for training, points in found.items():
        common = frozenset.intersection(*points)
        for point, by_seed in points.items():
            seeds = sorted(by_seed) if len(by_seed) > 1 else []
            said = ", ".join(f"{name} {value.strip(chr(34))}" for name, value in sorted(point - common))
            for measured in by_seed[seeds[0]] if seeds else []:
                numbers = {seed: by_seed[seed][measured] for seed in seeds}
                # A number of weights, say, is the same for all.
                if len({*numbers.values()}) > 1:
                    rows.append({"training": training, "arguments": said, "measured": measured, "numbers": numbers})
    return rows


def _ended_with(folder, about):
    """Return the numbers of a record, or what its curve says of validation in the epoch whose weights were kept."""
    if about["numbers"] or not about["curve"]:
        return about["numbers"]
    curve = pd.read_csv(folder / "curve.csv")
    kept = curve.loc[curve["val_loss"].idxmin()] if "val_loss" in curve else curve.iloc[-1]
    return {name: float(kept[name]) for name in curve if name.startswith("val_")}


def holds_seeds(rows):
    """Tell by what :func:`seeds_of` returned whether a notebook's own networks are recorded with several seeds.

    Then it need not run with others.
    """
    return any(row["training"] == NETWORKS for row in rows)


def choose(commit, records):
    """Return the record that a commit's hash chooses among some."""
    return sorted(records)[int(commit[:8], 16) % len(records)]


def publish_all():
    ran = [notebook for notebook in recording() if (results_folder(build_folder(PROFILE)) / notebook).is_dir()]
    for notebook in ran:
        print(f"data/trained/{notebook}: {len(publish(notebook))} records")
    if not ran:
        sys.exit(f"{build_folder(PROFILE)}: expected runs to publish, found none; run make train")


def audit():
    names, commits, build = set(), [], build_folder("book")
    for notebook in recording():
        _, provenance = read_newest(build, notebook, "book")
        names |= {(notebook, name) for name in provenance["records"]}
        commits.append((read_outcome(build, notebook)["ended"], provenance["commit"] or "0"))
    notebook, name = choose(max(commits)[1], names)
    print(f"{notebook}: the first of {name} is trained again in full", flush=True)
    command = [sys.executable, "-m", "book.make", "run_chapter", notebook, "--profile", "book", "--audit", name]
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit(1)
    _, provenance = read_newest(build / "audit", notebook, "book")
    audited = provenance["records"][name]
    print(f"largest difference {audited['difference']:g}; {'the same' if audited['same'] else 'another'} machine")
    if audited["same"] and audited["difference"]:
        sys.exit("On the same processor and versions a training comes out equal; this one did not.")


if __name__ == "__main__":
    try:
        {"publish": publish_all, "audit": audit}[sys.argv[1]]()
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
