"""A run beside the published one: differences are shown, nothing is left out, and a smoke run is not published."""

import json

import published
import pytest

TITLES = {"04_denoising": "Denoising"}


def write_results(folder, *, profile="book", **values):
    """Leave the results of a chapter as its run does."""
    (folder / "04_denoising").mkdir(parents=True)
    recorded = {name: {"value": value, "unit": "", "better": None} for name, value in values.items()}
    (folder / "04_denoising/values.json").write_text(json.dumps(recorded))
    (folder / "04_denoising/provenance.json").write_text(json.dumps({"profile": profile, "commit": "c0ffee"}))


def page(theirs, yours, *, profile="book"):
    return published.page({"04_denoising": {"values": theirs}}, {"04_denoising": (profile, yours)}, TITLES)


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
        **{"pairs": 1000, "tiny": 0.0},
    }
    rows = {row[0]: row for row in published.compare(theirs, {name: yours})}
    assert rows[name][-1] == verdict


def test_a_planted_difference_is_shown_as_outside():
    text = page({"loss": 0.1, "mse": 0.2}, {"loss": 0.1, "mse": 0.3})
    assert "| Denoising | 1 | 0 | 1 | 0 | 0 |" in text
    open_part = text.split("```{dropdown}")[0]
    assert "| `mse` | 0.2 | 0.3 | 0.1 | outside |" in open_part
    assert "`loss`" not in open_part
    assert "| `loss` | 0.1 | 0.1 | 0 | equal |" in text


def test_a_missing_number_is_named():
    assert "| `mse` | 0.2 |  |  | not in this run |" in page({"loss": 0.1, "mse": 0.2}, {"loss": 0.1})


def test_a_new_chapter_is_not_published_yet():
    text = published.page({}, {"04_denoising": ("book", {"loss": 0.1})}, TITLES)
    assert "| `loss` |  | 0.1 |  | not published |" in text


def test_a_smoke_run_is_not_compared():
    text = page({"loss": 0.1}, {"loss": 0.3}, profile="smoke")
    assert "profile **smoke**" in text
    assert "cannot be compared" in text
    assert "outside" not in text


def test_publishing_writes_every_number_and_its_commit(tmp_path):
    write_results(tmp_path / "results", loss=0.1, pairs=1000)
    published.publish(tmp_path / "results", ["04_denoising"], tmp_path / "published.json")
    written = json.loads((tmp_path / "published.json").read_text())
    assert written == {"04_denoising": {"commit": "c0ffee", "values": {"loss": 0.1, "pairs": 1000}}}
    assert published.compare(written["04_denoising"]["values"], {"loss": 0.1, "pairs": 1000})[1][-1] == "equal"


@pytest.mark.parametrize(
    ("profile", "value", "chapter", "error", "message"),
    [
        ("smoke", 0.1, "04_denoising", ValueError, "expected results of profile 'book', found 'smoke'"),
        ("book", float("nan"), "04_denoising", ValueError, r"expected finite numbers, found others at \['loss'\]"),
        ("book", 0.1, "05_other", FileNotFoundError, "05_other: expected its results in .*05_other, found none; run "),
    ],
)
def test_what_is_no_finished_book_is_not_published(tmp_path, profile, value, chapter, error, message):
    write_results(tmp_path / "results", profile=profile, loss=value)
    path = tmp_path / "published.json"
    path.write_text("{}")
    with pytest.raises(error, match=message):
        published.publish(tmp_path / "results", [chapter], path)
    assert path.read_text() == "{}"


def test_the_published_values_are_there_for_every_chapter():
    content = json.loads(published.PATH.read_text())
    assert sorted(content) == published.all_chapters()
    assert all(entry["values"] for entry in content.values())
