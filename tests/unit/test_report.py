"""Reports: values, tables and figures reach the results folder, whole or not at all."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from pixel_utils import report


def namespace(folder, **more):
    values = {"profile": "smoke", "seed": 0, "data_dir": "data", "out_dir": str(folder), **more}
    return {**values, "__annotations__": dict.fromkeys(values)}


@pytest.fixture
def book(tmp_path):
    return report.Report("00_test", namespace(tmp_path / "new/folder"))


def test_numbers_go_to_values_json_in_order(book):
    book.record("error", np.float32(0.5), unit="counts", better="lower")
    book.record("count", 3)
    assert json.loads((book.folder / "values.json").read_text()) == {
        "error": {"value": 0.5, "unit": "counts", "better": "lower"},
        "count": {"value": 3, "unit": "", "better": None},
    }


def test_numbers_can_be_quoted(book, monkeypatch):
    shown = []
    monkeypatch.setattr(report, "display", lambda content, **options: shown.append((content, options)))
    book.record("error", 0.25)
    content, options = shown[0]
    assert content == {"application/papermill.record/text/plain": "0.25"}
    assert options["metadata"] == {"scrapbook": {"name": "error", "mime_prefix": "application/papermill.record/"}}


def test_tables_and_figures_become_files(book):
    book.record("table", pd.DataFrame({"a": [1]}, index=pd.Index(["x"], name="method")))
    assert (book.folder / "table.csv").read_text() == "method,a\nx,1\n"
    figure, axes = plt.subplots()
    axes.plot([0, 1])
    book.record("curve", figure)
    assert (book.folder / "curve.png").read_bytes().startswith(b"\x89PNG")
    assert not list(book.folder.glob("*.part"))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(book, value):
    with pytest.raises(ValueError, match="error: expected a finite number"):
        book.record("error", value)


def test_a_name_is_used_once(book):
    book.record("error", 1)
    with pytest.raises(ValueError, match="found 'error'"):
        book.record("error", 2)
    with pytest.raises(ValueError, match="found 'two words'"):
        book.record("two words", 2)
    with pytest.raises(ValueError, match="expected 'lower', 'higher' or None, found 'less'"):
        book.record("other", 2, better="less")


def test_an_interrupted_write_leaves_the_old_file(book, monkeypatch):
    book.record("error", 1)
    before = (book.folder / "values.json").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report.os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        book.record("second", 2)
    assert (book.folder / "values.json").read_bytes() == before
    assert not list(book.folder.glob("*.part"))


def test_missing_parameters_are_named(tmp_path):
    incomplete = namespace(tmp_path)
    del incomplete["__annotations__"]["seed"]
    with pytest.raises(ValueError, match=r"00_test: expected annotated parameters, found none named \['seed'\]"):
        report.Report("00_test", incomplete)


def test_provenance_says_what_made_the_results(book):
    book.record_rate("images", 300, 2)
    book.provenance(data=["digits.npz"], splits={"train": np.arange(3)})
    facts = json.loads((book.folder / "provenance.json").read_text())
    assert facts["parameters"] == book.parameters
    assert facts["rates"] == {"images": 150}
    assert len(facts["splits"]["train"]) == 64
    assert facts["data"]["digits.npz"]["licence"].startswith("CC BY-SA")
    assert facts["packages"]["numpy"] == np.__version__
    assert facts["peak_memory_mib"] > 50


def test_the_page_lists_every_parameter_in_full(tmp_path):
    book = report.Report("00_test", namespace(tmp_path, grid=list(range(100))))
    shown = book.provenance(data=[], splits={}).to_html()
    assert f"grid={list(range(100))}" in shown


def test_originals_are_read_from_one_file():
    figures = report.originals("04_denoising", "book/originals.yml")
    assert figures["parameter_limit"] == 3600
