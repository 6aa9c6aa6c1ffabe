"""Train once, record what came of it, and read it back in every run that follows.

A record is a folder named by its key, a checksum of the training's arguments and data: ``record.json`` with numbers and
where they come from, ``arrays.npz`` with weights, ``curve.csv``. Published records lie in ``data/trained``; one that
is not there is made by training for real, into ``train_dir``, and read from there. So both ways lead through a record.
"""

import hashlib
import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from pixel_utils.checks import require
from pixel_utils.data import array_checksum, bundled_checksums
from pixel_utils.files import read_archive
from pixel_utils.report import find_commit
from pixel_utils.train import in_workers

# What make audit sets, and nothing else: the name of a training whose first record is made again in full.
AUDIT = "PREDICTING_PIXELS_AUDIT"
RUNTIME = ("tensorflow", "keras", "numpy")


def trainings(book, name, train_one, points, *, learned_from, parts=None, again=(0,), **data):
    """Return what trainings came to, from their records; those that have none are trained now and recorded.

    Some are repeated, and the largest difference of any number is recorded as ``<name>_replay``: 0 on the
    processor and with the versions of the record, where ``<name>_replay_bound`` is 1. Elsewhere that is 0.

    Parameters
    ----------
    book : Report
        Its parameters ``data_dir`` and ``train_dir`` say where records lie.
    name : str
        Of the trainings, an identifier.
    train_one : callable
        Called in a worker of one thread, as :func:`train.in_workers` does, with one point and the data. It returns a
        dict: numbers, arrays and lists of arrays (weights), and at most one DataFrame (its curve).
    points : sequence of dict
        Plain arguments of each training, ``seed`` among them.
    learned_from : list of str
        The bundled data that the arrays come from: what licence the weights can have follows from it.
    parts : int, optional
        The replay's length, for trainings long enough to be resumed: ``train_one`` then takes ``state`` and ``last``
        and hands them to :func:`train.fit` or :func:`train.in_parts`. Without, trainings are repeated whole.
    again : sequence of int
        Which points are repeated: the first, or one of each kind of network.
    **data
        Arrays, and lists of them, the same for all points.

    Returns
    -------
    list of dict
        For each point what ``train_one`` returned. With ``parts`` those repeated have ``replay``, too: what that did.
    """
    points = list(points)
    require(all("seed" in point for point in points), name, "points with a seed", points)
    checksums = _fingerprint(data)
    keys = [record_key(name, point, checksums) for point in points]
    missing = {key: point for key, point in zip(keys, points, strict=True) if _find(book, key) is None}
    if missing:
        about = {"name": name, "commit": find_commit(), "data": checksums}
        _train_missing(book, about, train_one, missing, learned_from, parts, data)
    records = [read_record(_find(book, key)) for key in keys]
    results, abouts = [result for _, result in records], [about for about, _ in records]
    some = {"last": parts} if parts and os.environ.get(AUDIT) != name else {}
    replays = in_workers(train_one, [points[number] | some for number in again], label=f"{name}, again", **data)
    pairs = [(replay, results[number]) for replay, number in zip(replays, again, strict=True)]
    # Not Python's max, which passes over NaN.
    difference = float(np.max([largest_difference(*pair, whole=not some) for pair in pairs]))
    same = all(abouts[number]["machine"] == describe_machine() for number in again)
    book.record(f"{name}_replay", difference)
    book.record(f"{name}_replay_bound", int(same))
    facts = {
        "keys": keys,
        "seconds": [about["seconds"] for about in abouts],
        "commits": sorted({about["commit"] or "none" for about in abouts}),
        "ended": max(about["ended"] for about in abouts),
        "processors": sorted({about["processor"] for about in abouts}),
        "replayed": f"{len(again)}, {'the beginning' if some else 'whole'}",
    }
    book.note_records(name, facts | {"difference": difference, "same": same})
    if parts:
        for replay, result in pairs:
            result["replay"] = replay
    return results


def _train_missing(book, about, train_one, missing, learned_from, parts, data):
    """Train what has no record, each in a worker that writes its record as soon as it ends."""
    _say_how_long(book, about["name"], len(missing))
    own, listed = _own(book), bundled_checksums(book.parameters["data_dir"])
    own.mkdir(parents=True, exist_ok=True)
    # Where nothing can be written, that is known before hours of training.
    tempfile.TemporaryFile(dir=own).close()
    about |= {"learned_from": {each: listed[each]["licence"] for each in learned_from}}
    jobs = []
    for key, point in missing.items():
        kept = {"state": str(own / "state" / key)} if parts else {}
        jobs.append({**point, **kept, "recorded_as": (str(own / key), about | {"arguments": point})})
    in_workers(partial(_train_and_record, train_one), jobs, label=about["name"], **data)


def _train_and_record(train_one, recorded_as, **arguments):
    started, (folder, about) = time.perf_counter(), recorded_as
    result = train_one(**arguments)
    curves = [value for value in result.values() if isinstance(value, pd.DataFrame) and "seconds" in value]
    # A training that was resumed took longer than since it was started last: its curve knows.
    seconds = max(time.perf_counter() - started, *(curve["seconds"].max() for curve in curves), 0)
    _write_record(Path(folder), result, seconds=round(float(seconds), 1), **about)
    if "state" in arguments:
        shutil.rmtree(arguments["state"], ignore_errors=True)


def record_key(name, arguments, checksums):
    """Return the key of a training: a checksum of its name, its arguments and the checksums of all its data."""
    content = json.dumps([name, _fingerprint(arguments), checksums], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _fingerprint(value):
    """Return arguments as what JSON can hold, arrays as their checksums."""
    if isinstance(value, np.ndarray):
        return array_checksum(value)
    if isinstance(value, dict):
        return {name: _fingerprint(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_fingerprint(each) for each in value]
    plain = value is None or isinstance(value, bool | int | float | str)
    require(plain, "a recorded training", "plain arguments and arrays", type(value).__name__)
    return value


def read_trained(book, notebook, name):
    """Return what another notebook's recorded trainings of a name say of themselves and came to, a pair each.

    Those that are published, or if none is, those that were trained here.
    """
    for folder in (_published(book).parent / notebook, _own(book).parent / notebook):
        records = [read_record(path.parent) for path in sorted(folder.glob("*/record.json"))]
        if found := [(about, result) for about, result in records if about["name"] == name]:
            return found
    raise FileNotFoundError(f"{_published(book).parent / notebook}: expected records of {name}, found none")


def read_record(folder):
    """Return what a record says of itself, and what its training returned."""
    path = folder / "record.json"
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: expected a record of a training, found no JSON: {error}") from None
    result, arrays = dict(about["numbers"]), {}
    if (folder / "arrays.npz").is_file():
        arrays = read_archive(folder / "arrays.npz", "the arrays of a record")
    for name, length in about["arrays"].items():
        found = [arrays[f"{name}/{number}"] for number in range(length or 1)]
        result[name] = found if length else found[0]
    if about["curve"]:
        table = pd.read_csv(folder / "curve.csv", index_col=0, float_precision="round_trip")
        result[about["curve"]] = table
    return about, result


def _write_record(folder, result, **about):
    """Write a record whole: its folder comes into place in one step."""
    numbers = {name: float(value) for name, value in result.items() if np.isscalar(value)}
    lengths = {
        k: len(v) if isinstance(v, list) else None for k, v in result.items() if isinstance(v, list | np.ndarray)
    }
    lists = {name: result[name] if length else [result[name]] for name, length in lengths.items()}
    curves = {name: value for name, value in result.items() if isinstance(value, pd.DataFrame)}
    known = numbers.keys() | lengths.keys() | curves.keys()
    require(known == result.keys() and len(curves) <= 1, about["name"], "numbers, arrays and one table", sorted(result))
    require(np.isfinite(list(numbers.values())).all(), about["name"], "finite numbers", numbers)
    about |= {"numbers": numbers, "arrays": lengths, "curve": next(iter(curves), None), "threads": 1}
    about |= {"ended": datetime.now(UTC).isoformat(timespec="seconds")}
    about |= {"processor": _of_processor("model name") or platform.machine(), "machine": describe_machine()}
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=folder.parent, ignore_cleanup_errors=True) as part:
        part = Path(part) / "record"
        part.mkdir()
        for curve in curves.values():
            curve.to_csv(part / "curve.csv")
        if lists:
            named = {f"{name}/{number}": each for name, values in lists.items() for number, each in enumerate(values)}
            np.savez_compressed(part / "arrays.npz", allow_pickle=False, **named)
        (part / "record.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(part, folder)


def largest_difference(replay, record, *, whole=True):
    """Return the largest difference between two results, durations apart; of curves where both have rows.

    ``whole`` says whether they trained equally long: if not, their curves alone are compared.
    """
    differences = []
    for name, value in record.items():
        if isinstance(value, pd.DataFrame):
            rows = replay[name].drop(columns="seconds", errors="ignore")
            expected = value.iloc[: len(rows)].drop(columns="seconds", errors="ignore")
            differences.append(_difference(rows, expected))
        elif whole:
            pairs = zip(replay[name], value, strict=True) if isinstance(value, list) else [(replay[name], value)]
            differences += [_difference(a, b) for a, b in pairs]
    require(differences, "a repeated training", "something to compare", sorted(record))
    return float(np.max(differences))


def _difference(replay, record):
    replay, record = np.asarray(replay), np.asarray(record)
    require(replay.shape == record.shape, "a repeated training", f"shape {record.shape}", replay.shape)
    return np.abs(np.subtract(replay, record, dtype="float64")).max(initial=0)


def describe_machine():
    """Return what decides about the last digits of a training: make and features of the processor, and versions."""
    features = np.show_config(mode="dicts")["SIMD Extensions"]
    return {
        "machine": platform.machine(),
        "model": [_of_processor(name) for name in ("vendor_id", "cpu family", "model")],
        "features": sorted(features.get("baseline", []) + features.get("found", [])),
        "versions": {package: importlib.metadata.version(package) for package in RUNTIME},
    }


def _published(book):
    return Path(os.path.expanduser(book.parameters["data_dir"])) / "trained" / book.chapter


def _own(book):
    return Path(os.path.expanduser(book.parameters["train_dir"])) / book.chapter


def _find(book, key):
    folders = [place / key for place in (_published(book), _own(book))]
    return next((folder for folder in folders if (folder / "record.json").is_file()), None)


def _say_how_long(book, name, count):
    """Say before a training how long it may take: as long as those of that name that are recorded."""
    paths = _published(book).glob("*/record.json")
    abouts = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    seconds = [about["seconds"] for about in abouts if about["name"] == name]
    like = f"; those recorded of that name took up to {max(seconds) / 60:.0f} min each" if seconds else ""
    print(f"{name}: {count} without a record are trained now{like}", file=sys.stderr, flush=True)


def _of_processor(name):
    """Return what the system says of the first processor under a name; empty where it says nothing."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    said = [value.strip() for key, _, value in (line.partition(":") for line in lines) if key.strip() == name]
    return said[0] if said else ""
