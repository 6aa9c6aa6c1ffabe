"""A run beside the published one: differences are shown, nothing is left out, and a smoke run is not published."""

import json

import pytest

from book.make import published
from book.make.paths import all_chapters
from book.make.runs import Run, write_outcome

TITLES = {"04_denoising": "Denoising"}


def write_results(build, *, profile="book", failure="", **values):
    """Leave the results of a chapter as its run does."""
    folder = build / "results/04_denoising"
    folder.mkdir(parents=True)
    recorded = {name: {"value": value, "unit": "", "better": None} for name, value in values.items()}
    (folder / "values.json").write_text(json.dumps(recorded))
    (folder / "provenance.json").write_text(json.dumps({"profile": profile, "commit": "c0ffee"}))
    write_outcome(build, "04_denoising", failure, {})


def page(theirs, yours, *, profile="book"):
    run = Run(yours, {"profile": profile}, memory=None, failure="")
    return published.page({"04_denoising": {"values": theirs}}, {"04_denoising": run}, TITLES)


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
        ("leak", -3.0, "turned"),
        ("leak", 9.0, "within"),
        # What differs by rounding alone.
        ("tiny", -1e-7, "within"),
        ("unknown", 1.0, "not published"),
    ],
)
def test_each_number_gets_its_verdict(name, yours, verdict):
    theirs = {
        "loss": 0.1,
        **{"gain": 0.025, "gain_low": 0.02, "gain_high": 0.032},
        **{"share_ratio": 0.5, "share_low": 0.4, "share_high": 0.63},
        **{"close_ratio": 1.02, "close_size": 0.99, "leak": 5.0, "leak_low": -5.0, "leak_high": 12.0},
        **{"pairs": 1000, "tiny": 0.0},
    }
    rows = {row[0]: row for row in published.compare(theirs, {name: yours})}
    assert rows[name][-1] == verdict


def test_a_planted_difference_is_shown_as_outside():
    text = page({"loss": 0.1, "mse": 0.2}, {"loss": 0.1, "mse": 0.3})
    assert "| Denoising | 1 | 0 | 0 | 1 | 0 | 0 |" in text
    open_part = text.split("```{dropdown}")[0]
    assert "| `mse` | 0.2 | 0.3 | 0.1 | outside |" in open_part
    assert "`loss`" not in open_part
    assert "| `loss` | 0.1 | 0.1 | 0 | equal |" in text


def test_a_missing_number_is_named():
    assert "| `mse` | 0.2 |  |  | not in this run |" in page({"loss": 0.1, "mse": 0.2}, {"loss": 0.1})


def test_a_new_chapter_is_not_published_yet():
    run = Run({"loss": 0.1}, {"profile": "book"}, memory=None, failure="")
    text = published.page({}, {"04_denoising": run}, TITLES)
    assert "| `loss` |  | 0.1 |  | not published |" in text


def test_a_smoke_run_is_not_compared():
    text = page({"loss": 0.1}, {"loss": 0.3}, profile="smoke")
    assert "profile **smoke**" in text
    assert "cannot be compared" in text
    assert "outside" not in text


def test_publishing_writes_every_number_and_its_commit(tmp_path):
    write_results(tmp_path, loss=0.1, pairs=1000)
    published.publish(tmp_path, ["04_denoising"], tmp_path / "published.json")
    written = json.loads((tmp_path / "published.json").read_text())
    assert written == {"04_denoising": {"commit": "c0ffee", "values": {"loss": 0.1, "pairs": 1000}}}
    assert published.compare(written["04_denoising"]["values"], {"loss": 0.1, "pairs": 1000})[1][-1] == "equal"


@pytest.mark.parametrize(
    ("left", "chapter", "error", "message"),
    [
        ({"profile": "smoke"}, "04_denoising", ValueError, "expected results of profile 'book', found 'smoke'"),
        ({"loss": float("nan")}, "04_denoising", ValueError, r"expected finite numbers, found others at \['loss'\]"),
        ({"failure": "OSError: no"}, "04_denoising", ValueError, "its newest run, but that failed: OSError: no"),
        ({}, "05_other", FileNotFoundError, "05_other: expected values.json of a finished run in "),
    ],
)
def test_what_is_no_finished_book_is_not_published(tmp_path, left, chapter, error, message):
    write_results(tmp_path, **{"loss": 0.1} | left)
    path = tmp_path / "published.json"
    path.write_text("{}")
    with pytest.raises(error, match=message):
        published.publish(tmp_path, [chapter], path)
    assert path.read_text() == "{}"


def test_what_is_published_is_of_chapters_that_there_are():
    content = json.loads(published.PATH.read_text())
    assert set(content) <= set(all_chapters())
    assert all(entry["values"] for entry in content.values())
