"""Results of a finished run: numbers, tables and files, or an error that says what to run."""

import json

import pandas as pd
import pytest

from pixel_utils.results import find_result, read_results, read_table


@pytest.fixture
def finished(tmp_path):
    """Leave results of a chapter; the function returns their folder."""

    def leave(value, profile="book"):
        folder = tmp_path / "04_test"
        folder.mkdir()
        recorded = {"loss": {"value": value, "unit": "", "better": "lower"}}
        (folder / "values.json").write_text(json.dumps(recorded))
        (folder / "provenance.json").write_text(json.dumps({"profile": profile}))
        return tmp_path

    return leave


def test_results_of_a_finished_chapter_are_read(finished):
    assert read_results(finished(0.1), "04_test", "book") == ({"loss": 0.1}, {"profile": "book"})


def test_missing_results_are_refused_with_what_to_run(finished):
    with pytest.raises(FileNotFoundError, match=r"^05_other: .* run make book PROFILE=smoke CHAPTERS=05_other$"):
        read_results(finished(0.1), "05_other", "smoke")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_recorded_numbers_that_are_none_are_refused(finished, value):
    with pytest.raises(ValueError, match=r"04_test: expected finite numbers, found others at \['loss'\]"):
        read_results(finished(value), "04_test", "book")


def test_results_of_another_profile_are_refused(finished):
    with pytest.raises(ValueError, match="expected results of profile 'book', found 'smoke'"):
        read_results(finished(0.1, "smoke"), "04_test", "book")


def test_a_table_keeps_its_index(finished, tmp_path):
    table = pd.DataFrame({"error": [0.5, 0.25]}, index=pd.Index(["mean", "net"], name="method"))
    folder = finished(0.1)
    table.to_csv(folder / "04_test/errors.csv")
    pd.testing.assert_frame_equal(read_table(folder, "04_test", "errors"), table)


def test_what_an_unfinished_run_left_is_no_result(finished):
    folder = finished(0.1)
    (folder / "04_test/provenance.json").unlink()
    with pytest.raises(
        FileNotFoundError, match=r"^04_test: expected values\.json of a finished run in .*04_test, found"
    ):
        find_result(folder, "04_test", "values.json")
