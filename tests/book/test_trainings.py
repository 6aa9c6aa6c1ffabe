"""Records of trainings: what is published, under which licence, and which one an audit repeats."""

import json

import pytest

from book.make import trainings
from book.make.paths import ROOT, all_notebooks, published_trainings
from book.make.profiles import records_trainings
from pixel_utils.data import bundled_checksums
from pixel_utils.recorded import read_record, record_key

CHAPTER = "01_images_as_data"
ABOUT = {"name": "small", "commit": "c0ffee", "learned_from": {"items.npz": "MIT"}}


@pytest.fixture
def trained(tmp_path, monkeypatch):
    """A build in profile train with three records, of which the newest run read two."""
    monkeypatch.setattr(trainings, "build_folder", lambda profile: tmp_path / profile)
    monkeypatch.setattr(trainings, "trainings_folder", lambda profile: tmp_path / profile / "trained")
    for key in ("a", "b", "c"):
        folder = tmp_path / "train/trained" / CHAPTER / key
        folder.mkdir(parents=True)
        (folder / "record.json").write_text(json.dumps(ABOUT))
    results = tmp_path / "train/results" / CHAPTER
    results.mkdir(parents=True)
    facts = {
        "profile": "train",
        "records": {"small": {"keys": ["a"]}, "deep": {"keys": ["b"]}},
    }
    (results / "provenance.json").write_text(json.dumps(facts))
    (results / "values.json").write_text("{}")
    outcomes = tmp_path / "train/outcomes"
    outcomes.mkdir()
    (outcomes / f"{CHAPTER}.json").write_text('{"failure": ""}')
    return tmp_path


def test_what_the_newest_run_read_is_published_and_nothing_else_stays(trained):
    old = trained / "published" / CHAPTER / "old"
    old.mkdir(parents=True)
    assert trainings.publish(CHAPTER, trained / "published") == ["a", "b"]
    assert sorted(path.name for path in old.parent.iterdir()) == ["a", "b"]
    about = json.loads((old.parent / "a/record.json").read_text())
    assert about == ABOUT | {"licence": "MIT"}


def test_a_publication_that_was_killed_is_in_no_ones_way(trained):
    left = trained / "published" / CHAPTER / ".a"
    left.mkdir(parents=True)
    (left / "record.json").write_text("{")
    assert trainings.publish(CHAPTER, trained / "published") == ["a", "b"]
    assert not left.exists()


@pytest.mark.parametrize("commit", [None, "c0ffee-dirty"])
def test_only_trainings_at_a_commit_are_published(trained, commit):
    (trained / "train/trained" / CHAPTER / "b/record.json").write_text(json.dumps(ABOUT | {"commit": commit}))
    with pytest.raises(ValueError, match=f"{CHAPTER}, small: expected a training at a commit, found {commit}"):
        trainings.publish(CHAPTER, trained / "published")


def test_a_run_that_failed_is_not_published(trained):
    (trained / f"train/outcomes/{CHAPTER}.json").write_text('{"failure": "no"}')
    with pytest.raises(ValueError, match="expected results of its newest run, but that failed: no"):
        trainings.publish(CHAPTER, trained / "published")
    assert not (trained / "published").exists()


@pytest.mark.parametrize(
    ("data", "licence"),
    [(["items.npz"], "MIT"), (["items.npz", "digits.npz"], "CC BY-SA 4.0"), (["photos", "infrared"], "GPL-3.0")],
)
def test_weights_carry_a_licence_that_all_pictures_allow(data, licence):
    assert trainings.licence_of(data) == licence


@pytest.mark.parametrize("data", [[], ["faces"]])
def test_weights_of_unknown_data_have_no_licence(data):
    with pytest.raises(ValueError, match=r"weights: expected bundled data among .*'items\.npz'.*, found"):
        trainings.licence_of(data)


def test_all_bundled_data_have_a_licence_for_weights():
    assert trainings.licence_of(bundled_checksums(ROOT / "data"))


def test_trainings_that_differ_in_their_seed_alone_stand_together(tmp_path):
    curve = "epoch,loss,val_loss,val_accuracy\n1,1,0.5,0.7\n2,1,{lowest},0.9\n3,1,0.6,0.8\n"
    points = [
        ("networks", {"name": "deep", "epochs": 3, "seed": 1}, {}, 0.25),
        ("networks", {"name": "deep", "epochs": 3, "seed": 0}, {}, 0.125),
        ("networks", {"name": "wide", "epochs": 3, "seed": 0}, {}, 0.4),
        ("small", {"rate": 0.5, "seed": 0}, {"MSE": 2.0, "weights": 70}, None),
        ("small", {"rate": 0.5, "seed": 2}, {"MSE": 3.0, "weights": 70}, None),
    ]
    for number, (name, arguments, numbers, lowest) in enumerate(points):
        folder = tmp_path / CHAPTER / str(number)
        folder.mkdir(parents=True)
        about = {"name": name, "arguments": arguments, "numbers": numbers, "curve": lowest and "curve"}
        (folder / "record.json").write_text(json.dumps(about))
        if lowest:
            (folder / "curve.csv").write_text(curve.format(lowest=lowest))
    found = trainings.seeds_of(CHAPTER, tmp_path)
    deep = {"training": "networks", "arguments": "name deep"}
    assert found == [
        deep | {"measured": "val_loss", "numbers": {0: 0.125, 1: 0.25}},
        {"training": "small", "arguments": "", "measured": "MSE", "numbers": {0: 2.0, 2: 3.0}},
    ]
    assert trainings.holds_seeds(found)
    assert not trainings.holds_seeds(found[1:])


def test_a_commit_chooses_one_record_whatever_their_order():
    chosen = {trainings.choose(f"{number:08x}", ["a", "c", "b"]) for number in range(9)}
    assert chosen == {"a", "b", "c"}
    assert trainings.choose("00000001", ["b", "a"]) == trainings.choose("00000001", ["a", "b"])


@pytest.mark.parametrize("notebook", [notebook for notebook in all_notebooks() if records_trainings(notebook)])
def test_published_records_open_and_say_where_they_come_from(notebook):
    folders = [path.parent for path in (published_trainings() / notebook).glob("*/record.json")]
    assert folders
    for folder in folders:
        about, result = read_record(folder)
        assert result
        assert record_key(about["name"], about["arguments"], about["data"]) == folder.name
        assert about["licence"] == trainings.licence_of(about["learned_from"])
        assert about.keys() >= {"arguments", "commit", "ended", "processor", "seconds", "threads", "machine"}


def test_published_records_are_no_larger_than_a_clone_should_carry():
    sizes = [path.stat().st_size for path in published_trainings().rglob("*") if path.is_file()]
    assert sum(sizes) <= 60e6
