"""The two records: what is no finished run is refused, and each number is shown beside the recorded one."""

import json
import re

import pytest

from book.make import records
from book.make.paths import all_notebooks, measuring_chapters
from book.make.runs import Run, write_outcome

CHAPTER = "04_denoising"
TITLES = {"03_image_scaling": "Other", "04_denoising": "Denoising", "06_comparison": "Comparison"}
CLAIM = {"id": "loss", "sentence": "The loss", "value": "loss", "operator": "<=", "bound": 0.2, "goal": 0.1}
CLAIM["profiles"] = ["book"]
RECORDED = {"commit": "c0ffee" * 6, "claims": {"loss": {"value": "loss", "numbers": {"0": 0.1, "1": 0.5, "2": 0.15}}}}


@pytest.fixture(autouse=True)
def _claims(monkeypatch):
    """One claim of the published book, and one of the smoke book alone."""
    claims = [CLAIM, CLAIM | {"id": "tiny", "profiles": ["smoke"]}]
    monkeypatch.setattr(records, "load_claims", lambda chapter: claims if chapter == CHAPTER else [])


@pytest.fixture
def folder(tmp_path):
    """A folder with two records of another chapter."""
    for name in ("published", "seeds", "edition"):
        (tmp_path / f"{name}.json").write_text('{"03_image_scaling": {}}')
    return tmp_path


def write_run(build, *, chapter=CHAPTER, profile="book", commit="c0ffee", failure="", **values):
    """Leave what a run leaves."""
    results = build / "results" / chapter
    results.mkdir(parents=True, exist_ok=True)
    (results / "values.json").write_text(json.dumps({name: {"value": value} for name, value in values.items()}))
    (results / "provenance.json").write_text(json.dumps({"profile": profile, "commit": commit}))
    write_outcome(build, chapter, failure, {})


def test_publishing_writes_every_number_and_its_commit(folder):
    write_run(folder, loss=0.1, pairs=1000)
    assert records.record("published", folder, [CHAPTER], folder) == [CHAPTER]
    written = records.read_record("published", folder)
    assert written == {CHAPTER: {"commit": "c0ffee", "values": {"loss": 0.1, "pairs": 1000}}}


@pytest.mark.parametrize("commit", ["c0ffee", None])
def test_each_seed_is_recorded_and_other_chapters_stay(folder, commit):
    for seed, loss in ((10, 0.3), (0, 0.1), (2, 0.2)):
        write_run(folder / f"seeds/{seed}", loss=loss, commit=commit)
    write_run(folder / "seeds/0", loss=0.1, chapter="00_data")  # It claims nothing.
    assert records.record("seeds", folder, ["00_data", "03_image_scaling", CHAPTER], folder) == [CHAPTER]
    numbers = {"0": 0.1, "2": 0.2, "10": 0.3}
    entry = {"commit": commit, "claims": {"loss": {"value": "loss", "numbers": numbers}}}
    text = json.dumps({"03_image_scaling": {}, CHAPTER: entry}, indent=1)
    assert (folder / "seeds.json").read_text() == f"{text}\n"


@pytest.mark.parametrize(("name", "place"), [("published", ""), ("seeds", "seeds/1"), ("edition", "sealed")])
@pytest.mark.parametrize(
    ("left", "message"),
    [
        ({"profile": "smoke"}, "expected results of profile 'book', found 'smoke'"),
        ({"loss": float("nan")}, r"expected finite numbers, found others at \['loss'\]"),
        ({"failure": "OSError: no"}, "its newest run, but that failed: OSError: no"),
    ],
)
def test_what_is_no_finished_run_is_not_recorded(folder, name, place, left, message):
    write_run(folder / place, **{"loss": 0.1} | left)
    with pytest.raises(ValueError, match=message):
        records.record(name, folder, [CHAPTER], folder, reason="a test")
    assert records.read_record(name, folder) == {"03_image_scaling": {}}


def test_each_opening_of_the_sealed_part_is_kept_with_its_reason(folder):
    def opened(loss, reason):
        write_run(folder / "sealed", loss=loss)
        return records.record("edition", folder, ["03_image_scaling", CHAPTER], folder, reason)

    with pytest.raises(ValueError, match="REASON: expected why the sealed part is opened"):
        opened(0.2, " ")
    assert opened(0.2, "the first") == [CHAPTER]
    first = records.read_record("edition", folder)
    assert first["03_image_scaling"] == {}
    assert first[CHAPTER]["values"] == {"loss": 0.2}
    # A run that is recorded already is no second opening; another one is, whatever it measured.
    records.record("edition", folder, [CHAPTER], folder, "again")
    assert records.read_record("edition", folder) == first
    opened(0.3, "the second")
    second = records.read_record("edition", folder)[CHAPTER]
    assert second["values"] == {"loss": 0.3}
    assert [each["reason"] for each in second["opened"]] == ["the first", "the second"]
    page = records.edition_page({CHAPTER: second}, TITLES)
    assert re.search(r"\| Denoising \| 20\d\d-\d\d-\d\d \| `c0ffee` \| the first \|", page)
    assert page.endswith("\nNever opened for: Other.\n")


@pytest.mark.parametrize("commit", ["bad", None])
def test_runs_with_seeds_of_two_commits_are_not_recorded(folder, commit):
    write_run(folder / "seeds/0", loss=0.1)
    write_run(folder / "seeds/1", loss=0.1, commit=commit)
    with pytest.raises(ValueError, match=rf"one commit, found \[{commit!r}, 'c0ffee'\]"):
        records.record("seeds", folder, [CHAPTER], folder)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("published", "04_denoising: expected values.json of a finished run in "),
        ("seeds", "expected runs to record in seeds.json, found none; run make seeds"),
        ("edition", "expected runs to record in edition.json, found none; run make edition"),
    ],
)
def test_what_was_not_run_is_not_recorded(folder, name, message):
    with pytest.raises(FileNotFoundError, match=message):
        records.record(name, folder, [CHAPTER], folder)


def test_what_is_recorded_is_of_chapters_and_claims_that_there_are(monkeypatch):
    monkeypatch.undo()
    content = records.read_record("published")
    assert set(content) <= set(all_notebooks())
    assert all(entry["values"] for entry in content.values())
    for chapter, entry in records.read_record("seeds").items():
        assert entry["claims"].keys() <= {claim["id"] for claim in records.load_claims(chapter)}
    assert set(records.read_record("edition")) <= set(measuring_chapters())


@pytest.mark.parametrize(
    ("name", "yours", "verdict"),
    [
        ("loss", 0.1, "equal"),
        ("loss", 0.1049, "within"),
        ("loss", 0.1051, "outside"),
        ("loss", 0.0949, "outside"),
        # Its recorded interval is wider than 5 %.
        ("gain", 0.031, "within"),
        ("gain", 0.033, "outside"),
        ("share_ratio", 0.62, "within"),
        # Whole numbers are equal or not.
        ("pairs", 1000, "equal"),
        ("pairs", 1001, "outside"),
        # Near or in its interval, but what was ahead is behind.
        ("close_ratio", 0.98, "turned"),
        ("close_ratio", 1.01, "within"),
        ("close_size", 1.01, "turned"),
        ("close_size_high", 0.99, "turned"),
        ("iterations_low", 0.98, "within"),
        ("leak", -3.0, "turned"),
        ("leak", 9.0, "within"),
        # What differs by rounding alone.
        ("tiny", -1e-7, "within"),
        ("unknown", 1.0, "not published"),
        ("loss", None, "not in this run"),
    ],
)
def test_each_number_gets_its_verdict(name, yours, verdict):
    theirs = {
        **{"loss": 0.1, "gain": 0.025, "gain_low": 0.02, "gain_high": 0.032},
        **{"share_ratio": 0.5, "share_low": 0.4, "share_high": 0.63, "pairs": 1000, "tiny": 0.0},
        **{
            "close_ratio": 1.02,
            "close_size": 0.99,
            "close_size_high": 1.02,
            "iterations_low": 1.02,
            "leak": 5.0,
            "leak_low": -5.0,
            "leak_high": 12.0,
        },
    }
    assert records.verdict(name, theirs, {} if yours is None else {name: yours}) == verdict


def published_page(yours, profile="book"):
    run = Run(yours, {"profile": profile}, memory=None, failure="")
    published = {CHAPTER: {"values": {"loss": 0.1, "mse": 0.2}}}
    return records.published_page(published, {CHAPTER: run, "03_image_scaling": run}, TITLES)


def test_differences_are_shown_and_nothing_is_left_out():
    text = published_page({"loss": 0.1, "mse": 0.3, "new": 1})
    assert "| Denoising | 1 | 0 | 0 | 1 | 0 | 1 |" in text
    # A chapter of which nothing is published.
    assert "| Other | 0 | 0 | 0 | 0 | 0 | 3 |" in text
    noted = text.split("```{dropdown}")[0]
    assert "| `mse` | 0.2 | 0.3 | 0.1 | outside |\n| `new` |  | 1 |  | not published |" in noted
    assert "`loss`" not in noted
    assert "| `loss` | 0.1 | 0.1 | 0 | equal |" in text
    assert "| `mse` | 0.2 |  |  | not in this run |" in published_page({"loss": 0.1})


def test_a_smoke_run_is_not_compared():
    text = published_page({"loss": 0.3}, profile="smoke")
    assert "profile **smoke**" in text
    assert "cannot be compared" in text
    assert "outside" not in text


def test_the_page_shows_every_number_and_counts_the_seeds_that_hold():
    text = records.seeds_page({CHAPTER: RECORDED}, {}, {CHAPTER: [CLAIM]}, TITLES)
    assert "| The loss | **2 of 3** | <= 0.2, goal 0.1 | 0.25 | 0.1 | 0.5 | 0.15 |" in text
    assert "`make seeds CHAPTERS=04_denoising SEEDS=0,1,2`, at commit `c0ffeec0`:" in text
    # Outside a repository no commit is named.
    text = records.seeds_page({CHAPTER: RECORDED | {"commit": None}}, {}, {CHAPTER: [CLAIM]}, TITLES)
    assert "SEEDS=0,1,2`:" in text
    # Where it has to be above, other seeds hold, and all of them are no news.
    text = records.seeds_page({CHAPTER: RECORDED}, {}, {CHAPTER: [CLAIM | {"operator": ">", "bound": 0.05}]}, TITLES)
    assert "| The loss | 3 of 3 | > 0.05, goal 0.1 |" in text


def test_recorded_trainings_show_their_seeds_and_take_the_place_of_other_runs():
    rows = [{"training": "small", "arguments": "rate 0.1", "measured": "MSE", "numbers": {0: 0.25, 1: 0.5, 2: 0.75}}]
    text = records.seeds_page({CHAPTER: RECORDED}, {CHAPTER: rows}, {CHAPTER: [CLAIM]}, TITLES)
    assert "| `small`, rate 0.1 | MSE | 3 | 0.2500 | 0.5000 | 0.7500 |" in text
    assert "make seeds" in text
    rows[0]["training"] = "networks"
    text = records.seeds_page({}, {CHAPTER: rows}, {CHAPTER: [CLAIM]}, TITLES)
    assert "make seeds" not in text
    assert "No runs" not in text


# A claim that measures something else today has no numbers, whatever its name.
@pytest.mark.parametrize("changed", [{"id": "new"}, {"value": "loss - other"}])
def test_what_is_not_recorded_is_named(changed):
    claims = {chapter: [CLAIM | changed] for chapter in TITLES}
    text = records.seeds_page({CHAPTER: RECORDED}, {}, claims, TITLES)
    assert "| The loss | not recorded |" in text
    assert text.endswith("are recorded for: Other.\n")
