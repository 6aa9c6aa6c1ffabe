"""Recorded trainings: made once, read back, replayed; another argument is another training."""

import json
import time

import numpy as np
import pandas as pd
import pytest

from pixel_utils import recorded
from pixel_utils.report import Report

POINTS = [{"seed": 0, "rate": 0.5}, {"seed": 1, "rate": 0.5}]


def train_line(numbers, seed, rate, state=None, last=None):
    """Stands in for a training: draws, and has a curve of as many parts as numbers."""
    drawn = np.random.default_rng(seed).random(3, dtype="float32")
    losses = rate * np.arange(len(numbers))[:last] + drawn[0]
    curve = pd.DataFrame({"loss": losses, "seconds": np.random.default_rng().random(len(losses))})
    return {"weights": [drawn, drawn[:1]], "curve": curve, "last": losses[-1], "sample": drawn}


@pytest.fixture
def book(tmp_path):
    """A report whose trainings are recorded in a folder of their own, and that prints nothing."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/checksums.json").write_text('{"items.npz": {"licence": "MIT"}}')
    places = {"data_dir": str(tmp_path / "data"), "train_dir": str(tmp_path / "trained")}
    names = {"profile": "book", "seed": 0, "out_dir": str(tmp_path / "out"), **places}
    return Report("07_mine", {"__annotations__": {name: type(value) for name, value in names.items()}, **names})


def publish(tmp_path):
    (tmp_path / "trained/07_mine").rename(tmp_path / "data/trained-07")
    (tmp_path / "data/trained").mkdir()
    (tmp_path / "data/trained-07").rename(tmp_path / "data/trained/07_mine")


def values(book):
    return {name: entry["value"] for name, entry in json.loads((book.folder / "values.json").read_text()).items()}


@pytest.mark.parametrize("parts", [2, None])
def test_a_training_without_a_record_is_made_and_read_back(book, parts, tmp_path, capsys):
    numbers = np.arange(4)
    first = recorded.trainings(book, "lines", train_line, POINTS, learned_from=[], parts=parts, numbers=numbers)
    assert "lines: 2 without a record are trained now" in capsys.readouterr().err
    publish(tmp_path)
    again = recorded.trainings(book, "lines", train_line, POINTS, learned_from=[], parts=parts, numbers=numbers)
    assert "without a record" not in capsys.readouterr().err
    assert not list((tmp_path / "trained").rglob("record.json"))
    for found in (first, again):
        lengths = [len(result.pop("replay")["curve"]) for result in found if "replay" in result]
        assert lengths == ([2] if parts else [])
    for point, *results in zip(POINTS, first, again, strict=True):
        expected = train_line(numbers, **point)
        for result in results:
            assert result.keys() == expected.keys()
            assert result["last"] == expected["last"]
            np.testing.assert_array_equal(result["sample"], expected["sample"])
            np.testing.assert_array_equal(result["weights"][1], expected["weights"][1])
            assert result["weights"][0].dtype == np.float32
            np.testing.assert_array_equal(result["curve"]["loss"], expected["curve"]["loss"])
    assert values(book) == {"lines_replay": 0, "lines_replay_bound": 1}


def train_noted(folder):
    """A training that notes how it was called, and where it may keep its state."""

    def train_one(numbers, seed, rate, state=None, last=None):
        with (folder / "calls").open("a") as calls:
            calls.write(f"{seed} {state} {last}\n")
        return train_line(numbers, seed, rate)

    return train_one


def test_each_training_has_a_state_of_its_own_that_goes_when_it_is_recorded(book, tmp_path):
    given = {"learned_from": [], "parts": 2, "numbers": np.arange(4)}
    recorded.trainings(book, "lines", train_noted(tmp_path), POINTS, again=(1,), **given)
    calls = sorted(line.split() for line in (tmp_path / "calls").read_text().splitlines())
    assert sorted((seed, last) for seed, _, last in calls) == [("0", "None"), ("1", "2"), ("1", "None")]
    states = [state for _, state, last in calls if last == "None"]
    assert len({*states}) == 2
    assert all(str(tmp_path / "trained/07_mine/state") in state for state in states)
    assert not any((tmp_path / "trained/07_mine/state").rglob("*"))


def test_what_ended_before_another_failed_is_recorded(book, tmp_path):
    folder = tmp_path / "trained/07_mine"

    def fails(numbers, seed, rate):
        if seed == 1:
            # An error ends the other workers: it comes when the first has ended.
            for _ in range(600):
                if list(folder.glob("*/record.json")):
                    break
                time.sleep(0.05)
            raise ArithmeticError("no")
        return train_line(numbers, seed, rate)

    with pytest.raises(ArithmeticError, match="no"):
        recorded.trainings(book, "lines", fails, POINTS, learned_from=[], numbers=np.arange(4))
    assert len(list(folder.glob("*/record.json"))) == 1


def test_a_later_repetition_that_is_no_number_is_not_passed_over(book):
    def spoiled(numbers, seed, rate):
        found = train_line(numbers, seed, rate)
        return found if seed == 0 else found | {"sample": found["sample"] * np.nan}

    recorded.trainings(book, "lines", train_line, POINTS, learned_from=[], numbers=np.arange(4))
    with pytest.raises(ValueError, match="lines_replay: expected a finite number, found nan"):
        recorded.trainings(book, "lines", spoiled, POINTS, learned_from=[], again=(0, 1), numbers=np.arange(4))


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"weights": [np.zeros(3), np.full(1, 0.5)]}, 0.5),
        ({"weights": [np.zeros(3), np.full(1, np.nan)]}, np.nan),
        ({"curve": pd.DataFrame({"loss": [1.0, np.nan]})}, np.nan),
        ({"sample": np.float64("nan")}, np.nan),
    ],
)
def test_any_difference_and_what_is_no_number_is_noticed(changed, found):
    record = {
        "weights": [np.zeros(3), np.zeros(1)],
        "curve": pd.DataFrame({"loss": [1.0, 2.0], "seconds": [1.0, 2.0]}),
        "sample": 1.0,
    }
    assert recorded.largest_difference(record, record) == 0
    np.testing.assert_equal(recorded.largest_difference(record | changed, record), found)


def test_other_shapes_and_nothing_to_compare_are_refused():
    with pytest.raises(ValueError, match=r"expected shape \(4, 3\), found \(1, 3\)"):
        recorded.largest_difference({"a": np.zeros((1, 3))}, {"a": np.zeros((4, 3))})
    with pytest.raises(ValueError, match="expected something to compare"):
        recorded.largest_difference({"a": 1.0}, {"a": 1.0}, whole=False)


@pytest.mark.parametrize(
    ("points", "numbers"),
    [
        ([POINTS[0], {"seed": 1, "rate": 0.6}], np.arange(4)),
        (POINTS, np.array([0, 1, 2, 4])),
        (POINTS, np.arange(4, dtype="int32")),
    ],
)
def test_another_argument_or_other_data_trains_for_real_and_what_is_equal_does_not(book, points, numbers, capsys):
    before = recorded.trainings(book, "lines", train_line, POINTS, learned_from=[], parts=2, numbers=np.arange(4))
    capsys.readouterr()
    after = recorded.trainings(book, "lines", train_line, points, learned_from=[], parts=2, numbers=numbers)
    equal = sum(a["curve"].equals(b["curve"]) for a, b in zip(before, after, strict=True))
    assert f"lines: {2 - equal} without a record are trained now" in capsys.readouterr().err
    assert equal == (points is not POINTS)


def test_the_replay_notices_changed_code_and_says_where_it_may_differ(book, tmp_path, monkeypatch):
    def changed(**options):
        found = train_line(**options)
        return found | {"curve": found["curve"] + 0.25}

    recorded.trainings(book, "lines", train_line, POINTS, learned_from=[], parts=2, numbers=np.arange(4))
    recorded.trainings(book, "lines", changed, POINTS, learned_from=[], parts=2, numbers=np.arange(4))
    assert values(book) == {"lines_replay": 0.25, "lines_replay_bound": 1}
    monkeypatch.setattr(recorded, "describe_machine", lambda: {"machine": "another"})
    recorded.trainings(book, "lines", changed, POINTS, learned_from=[], parts=2, numbers=np.arange(4))
    assert values(book)["lines_replay_bound"] == 0


def test_another_model_of_processor_is_another_machine(monkeypatch):
    here = recorded.describe_machine()
    assert here == recorded.describe_machine()
    monkeypatch.setattr(recorded, "_of_processor", lambda name: f"another {name}")
    assert recorded.describe_machine() != here


def test_an_audit_trains_the_first_in_full(book, monkeypatch):
    lengths = []

    def train_noted(**options):
        lengths.append(options.get("last"))
        return train_line(**options)

    monkeypatch.setattr(recorded, "in_workers", lambda call, points, label, **data: [call(**p, **data) for p in points])
    recorded.trainings(book, "lines", train_noted, POINTS, learned_from=[], parts=2, numbers=np.arange(4))
    monkeypatch.setenv(recorded.AUDIT, "lines")
    recorded.trainings(book, "lines", train_noted, POINTS, learned_from=[], parts=2, numbers=np.arange(4))
    recorded.trainings(book, "others", train_noted, POINTS, learned_from=[], parts=2, numbers=np.arange(4))
    assert lengths == [None, None, 2, None, None, None, 2]


def test_a_longer_estimate_comes_from_records_of_that_name(book, tmp_path, capsys):
    recorded.trainings(book, "lines", train_line, POINTS, learned_from=[], parts=2, numbers=np.arange(4))
    recorded.trainings(book, "others", train_line, POINTS, learned_from=[], parts=2, numbers=np.arange(4))
    publish(tmp_path)
    for path in (tmp_path / "data/trained").rglob("record.json"):
        about = json.loads(path.read_text())
        path.write_text(json.dumps(about | {"seconds": 300 if about["name"] == "lines" else 900}))
    capsys.readouterr()
    recorded.trainings(
        book, "lines", train_line, [{"seed": 2, "rate": 1}], learned_from=[], parts=2, numbers=np.arange(4)
    )
    assert (
        "1 without a record are trained now; those recorded of that name took up to 5 min each"
        in capsys.readouterr().err
    )


def test_another_notebook_reads_what_was_trained_and_rather_what_was_published(book, tmp_path):
    with pytest.raises(FileNotFoundError, match="07_mine: expected records of lines, found none"):
        recorded.read_trained(book, "07_mine", "lines")
    given = {"learned_from": [], "parts": 2, "numbers": np.arange(4)}
    trained = recorded.trainings(book, "lines", train_line, POINTS, **given)
    publish(tmp_path)
    recorded.trainings(book, "lines", train_line, [{"seed": 7, "rate": 1.5}], **given)
    found = recorded.read_trained(book, "07_mine", "lines")
    assert sorted(about["arguments"]["seed"] for about, _ in found) == [0, 1]
    lasts = {result["last"] for result in trained}
    assert {result["last"] for _, result in found} == lasts


@pytest.mark.parametrize("value", [object(), np.array([None])])
def test_what_has_no_checksum_is_refused(value):
    with pytest.raises(ValueError, match=r"expected (plain arguments and arrays|numbers or text)"):
        recorded.record_key("lines", {"seed": 0, "model": value}, {})


def test_results_of_other_kinds_are_refused_and_leave_nothing(book, tmp_path):
    with pytest.raises(ValueError, match="lines: expected numbers, arrays and one table, found"):
        recorded.trainings(book, "lines", lambda **options: {"model": {}}, POINTS, learned_from=[])
    assert not list((tmp_path / "trained").rglob("*.json"))
