"""Other seeds: each claim's number is recorded and shown with each of them, and nothing that is unfinished or mixed."""

import json

import pytest

from book.make import seeds
from book.make.runs import write_outcome

CLAIM = {
    "id": "loss",
    "sentence": "The loss",
    "value": "loss",
    "operator": "<=",
    "bound": 0.2,
    "goal": 0.1,
    "profiles": ["book"],
}


@pytest.fixture(autouse=True)
def claims(monkeypatch):
    smoke_only = CLAIM | {"id": "tiny", "profiles": ["smoke"]}
    monkeypatch.setattr(seeds, "load_claims", lambda chapter: [CLAIM, smoke_only] if chapter == "04_denoising" else [])


def write_run(build, seed, loss, *, chapter="04_denoising", profile="book", commit="c0ffee", failure=""):
    """Leave what a run with a seed leaves."""
    folder = build / f"seeds/{seed}/results/{chapter}"
    folder.mkdir(parents=True)
    (folder / "values.json").write_text(json.dumps({"loss": {"value": loss}}))
    (folder / "provenance.json").write_text(json.dumps({"profile": profile, "commit": commit}))
    write_outcome(folder.parents[1], chapter, failure, {})


def test_each_seed_is_recorded_and_other_chapters_stay(tmp_path):
    for seed, loss in ((10, 0.3), (0, 0.1), (2, 0.2)):
        write_run(tmp_path, seed, loss)
    path = tmp_path / "seeds.json"
    write_run(tmp_path, 0, 0.1, chapter="00_data")  # It claims nothing.
    path.write_text('{"03_other": {}}')
    assert seeds.record(tmp_path, ["00_data", "03_other", "04_denoising"], path) == ["04_denoising"]
    written = json.loads(path.read_text())
    assert written["03_other"] == {}
    assert "00_data" not in written
    assert written["04_denoising"] == {"commit": "c0ffee", "claims": {"loss": {"0": 0.1, "2": 0.2, "10": 0.3}}}
    assert list(written["04_denoising"]["claims"]["loss"]) == ["0", "2", "10"]


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"profile": "smoke"}, "found 'smoke'"),
        ({"commit": "bad"}, r"one commit, found \['bad', 'c0ffee'\]"),
        ({"commit": None}, r"one commit, found \[None, 'c0ffee'\]"),
        ({"failure": "OSError: no"}, "its newest run, but that failed: OSError: no"),
    ],
)
def test_mixed_runs_are_refused(tmp_path, second, message):
    write_run(tmp_path, 0, 0.1)
    write_run(tmp_path, 1, 0.1, **second)
    with pytest.raises(ValueError, match=message):
        seeds.record(tmp_path, ["04_denoising"], tmp_path / "seeds.json")
    assert not (tmp_path / "seeds.json").exists()


def test_without_runs_nothing_is_recorded(tmp_path):
    with pytest.raises(FileNotFoundError, match="run make seeds"):
        seeds.record(tmp_path, ["04_denoising"], tmp_path / "seeds.json")


def test_the_page_shows_every_number_and_counts_the_seeds_that_hold():
    recorded = {"04_denoising": {"commit": "c0ffee" * 6, "claims": {"loss": {"0": 0.1, "1": 0.3, "2": 0.2}}}}
    text = seeds.page(recorded, {"04_denoising": [CLAIM]}, {"04_denoising": "Denoising"})
    assert "| The loss | **2 of 3** | <= 0.2, goal 0.1 | 0.2 | 0.1 | 0.3 | 0.2 |" in text
    assert "`make seeds CHAPTERS=04_denoising SEEDS=0,1,2`, at commit `c0ffeec0`" in text


def test_outside_a_repository_no_commit_is_named(tmp_path):
    write_run(tmp_path, 0, 0.1, commit=None)
    seeds.record(tmp_path, ["04_denoising"], tmp_path / "seeds.json")
    recorded = json.loads((tmp_path / "seeds.json").read_text())
    text = seeds.page(recorded, {"04_denoising": [CLAIM]}, {"04_denoising": "Denoising"})
    assert "`make seeds CHAPTERS=04_denoising SEEDS=0`:" in text


def test_what_is_not_recorded_is_named():
    recorded = {"04_denoising": {"commit": "c0ffee", "claims": {"old": {"0": 0.1}}}}
    chapters = {"03_other": [CLAIM], "04_denoising": [CLAIM], "06_comparison": [CLAIM]}
    titles = {"03_other": "Other", "04_denoising": "Denoising", "06_comparison": "Comparison"}
    text = seeds.page(recorded, chapters, titles)
    assert "| The loss | not recorded |" in text
    assert text.endswith("are recorded for: Other.\n")


def test_the_record_names_claims_that_exist(monkeypatch):
    monkeypatch.undo()
    for chapter, entry in json.loads(seeds.PATH.read_text()).items():
        assert entry["claims"].keys() <= {claim["id"] for claim in seeds.load_claims(chapter)}
