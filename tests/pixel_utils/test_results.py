"""Results of a finished run: numbers, tables and files, or an error that says what to run."""

import json

import pandas as pd
import pytest

from pixel_utils.results import find_result, read_results, read_table

TABLE = pd.DataFrame({"error": [0.5, 0.25]}, index=pd.Index(["mean", "net"], name="method"))


@pytest.fixture
def finished(tmp_path):
    """Leave results of a chapter; the function returns their folder."""

    def leave(value=0.1, profile="book"):
        folder = tmp_path / "04_test"
        folder.mkdir()
        recorded = {"loss": {"value": value, "unit": "", "better": "lower"}}
        (folder / "values.json").write_text(json.dumps(recorded))
        (folder / "provenance.json").write_text(json.dumps({"profile": profile}))
        TABLE.to_csv(folder / "errors.csv")
        return tmp_path

    return leave


def test_results_of_a_finished_chapter_are_read(finished):
    folder = finished()
    assert read_results(folder, "04_test", "book") == ({"loss": 0.1}, {"profile": "book"})
    pd.testing.assert_frame_equal(read_table(folder, "04_test", "errors"), TABLE)


def test_what_is_missing_or_unfinished_is_refused_with_what_to_run(finished):
    folder = finished()
    with pytest.raises(FileNotFoundError, match=r"^05_other: .* run make book PROFILE=smoke CHAPTERS=05_other$"):
        read_results(folder, "05_other", "smoke")
    with pytest.raises(FileNotFoundError, match=r"^04_test: expected model\.keras of a finished run in .*04_test, f"):
        find_result(folder, "04_test", "model.keras")
    (folder / "04_test/provenance.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"^04_test: expected values\.json of a finished run in .*04_test, f"):
        find_result(folder, "04_test", "values.json")


@pytest.mark.parametrize(
    ("recorded", "message"),
    [
        ({"value": float("nan")}, r"04_test: expected finite numbers, found others at \['loss'\]"),
        ({"profile": "smoke"}, "expected results of profile 'book', found 'smoke'; run make book PROFILE=book"),
    ],
)
def test_numbers_that_are_none_and_another_profile_are_refused(finished, recorded, message):
    with pytest.raises(ValueError, match=message):
        read_results(finished(**recorded), "04_test", "book")
