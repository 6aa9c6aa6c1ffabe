"""Reports: values, tables and figures reach the results folder, whole or not at all."""

import contextlib
import itertools
import os
import re
import resource
import subprocess
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import PIL.Image
import pytest

from pixel_utils import report


def namespace(folder, **more):
    values = {"profile": "smoke", "seed": 0, "data_dir": "data", "out_dir": str(folder), **more}
    return {**values, "__annotations__": {name: type(value) for name, value in values.items()}}


@pytest.fixture
def book(tmp_path):
    return report.Report("00_test", namespace(tmp_path / "new/folder"))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (int, 3, ["3", 3.0, True, None, [3], 2**63]),
        (float, 0.5, ["0.5", True, None, float("nan"), float("inf"), 10**400]),
        (float, 2, [[2]]),
        (str, "", [None, 1, Path("a")]),
        (bool, True, [1, "yes"]),
        (list, [1, "a"], ["ab", (1, 2)]),
        (list[float], [1, 0.5], [["a"], [True], 0.5]),
        (list[list[int]], [[1, 2], []], [[1], [["1"]], [[0.5]]]),
    ],
)
def test_parameters_have_the_types_that_they_declare(tmp_path, kind, good, bad):
    names = namespace(tmp_path / "results", size=good)
    names["__annotations__"]["size"] = kind
    report.Report("00_test", names)
    for value in bad:
        with pytest.raises(ValueError, match=rf"^size: expected {re.escape(getattr(kind, '__name__', str(kind)))}"):
            report.Report("00_test", names | {"size": value, "out_dir": str(tmp_path / "other")})
    assert not (tmp_path / "other").exists()


def test_the_module_of_another_copy_of_the_book_is_refused(tmp_path, monkeypatch):
    for name in ("notebooks", "pixel_utils"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    with pytest.raises(ImportError, match=r"expected the one beside this notebook, .* found that of another copy"):
        report.Report("00_test", namespace("results"))
    (tmp_path / "pixel_utils").rmdir()
    (tmp_path / "pixel_utils").symlink_to(Path(report.__file__).parent)
    report.Report("00_test", namespace("results"))


def git(folder, *command):
    author = ["-c", "user.name=a", "-c", "user.email=a@b"]
    done = subprocess.run(["git", *author, *command], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_the_commit_is_that_of_the_books_own_repository(tmp_path, monkeypatch):
    book = tmp_path / "course/book"
    (book / "notebooks").mkdir(parents=True)
    (tmp_path / "course/a.txt").touch()
    monkeypatch.chdir(book / "notebooks")
    assert report.find_commit() is None
    for repository in (book.parent, book):
        git(repository, "init")
        git(repository, "add", "--all")
        git(repository, "commit", "--allow-empty", "--message", "one")
        commit = git(repository, "rev-parse", "HEAD")
        assert report.find_commit() == (commit if repository == book else None)
    (book / "notes.txt").touch()
    git(book, "add", "notes.txt")
    assert report.find_commit() == f"{commit}-dirty"
    monkeypatch.setenv("PATH", "")
    assert report.find_commit() is None


def test_numbers_go_to_values_json_in_order_and_can_be_quoted(book, read_json, monkeypatch):
    shown = []
    monkeypatch.setattr(report, "display", lambda content, **options: shown.append((content, options["metadata"])))
    book.record("error", 1)
    book.record("error", np.float32(0.5), unit="counts", better="lower")
    book.record("count", 3)
    assert list(read_json(book.folder / "values.json").items()) == [
        ("error", {"value": 0.5, "unit": "counts", "better": "lower"}),
        ("count", {"value": 3, "unit": "", "better": None}),
    ]
    scrap = {"scrapbook": {"name": "count", "mime_prefix": "application/papermill.record/"}}
    assert shown[-1] == ({"application/papermill.record/text/plain": "3"}, scrap)


def test_tables_and_figures_become_files(book):
    book.record("table", pd.DataFrame({"a": [1]}, index=pd.Index(["x"], name="method")))
    assert (book.folder / "table.csv").read_text() == "method,a\nx,1\n"
    book.record("curve", plt.figure(figsize=(2, 1)))
    with PIL.Image.open(book.folder / "curve.png") as image:
        assert (image.format, image.size) == ("PNG", (384, 192))
    assert files(book) == ["curve.png", "table.csv"]
    assert not plt.get_fignums()


def test_one_row_of_a_table_can_be_bold(book, monkeypatch):
    shown = []
    monkeypatch.setattr(report, "display", shown.append)
    table = pd.DataFrame({"a": [3, 1], "b": [5, 6]}, index=pd.Index(["x", "y"], name="method"))
    book.record("table", table, best=table["a"].idxmin())
    assert re.findall(r"<td( style.*?)?>(\d)", shown[0].data) == [
        *(("", "3"), ("", "5")),
        *((' style="font-weight: bold"', "1"), (' style="font-weight: bold"', "6")),
    ]
    with pytest.raises(ValueError, match=r"best: expected a row of \['x', 'y'\], found 'z'"):
        book.record("table", table, best="z")


@pytest.mark.parametrize(
    ("name", "value", "better", "message"),
    [
        ("error", float("nan"), None, "error: expected a finite number, found nan"),
        ("error", float("inf"), None, "error: expected a finite number, found inf"),
        ("two words", 2, None, "name: expected an identifier, found 'two words'"),
        ("other", 2, "less", "better: expected 'lower', 'higher' or None, found 'less'"),
    ],
)
def test_values_names_and_directions_that_mean_nothing_are_refused(book, name, value, better, message):
    with pytest.raises(ValueError, match=message):
        book.record(name, value, better=better)
    assert files(book) == []


@contextlib.contextmanager
def limited_files():
    """Let no file grow beyond 50 bytes: every user may do that, and a write ends in its middle as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def files(book):
    return sorted(path.name for path in book.folder.iterdir() if path.name != "filler")


def test_a_full_disk_keeps_what_was_recorded_and_nothing_half(book, read_json):
    import keras

    book.record("first", 1)
    before = (book.folder / "values.json").read_bytes()
    table, figure = pd.DataFrame({"a": range(50)}), plt.figure()
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    cases = {
        "values.json": lambda: book.record("second", 2),
        "t.csv": lambda: book.record("t", table),
        "f.png": lambda: book.record("f", figure),
        "model.keras": lambda: book.save_model(model, learned_from=["items.npz"]),
    }
    with limited_files():
        for file, act in cases.items():
            path = re.escape(str(book.folder / file))
            with pytest.raises(OSError, match=f"^{path}: expected to write the whole file, found .*File too large"):
                act()
        assert files(book) == ["values.json"]
        assert (book.folder / "values.json").read_bytes() == before
    cases["values.json"]()
    assert list(read_json(book.folder / "values.json")) == ["first", "second"]
    assert keras.models.load_model(cases["model.keras"]()).count_params() == 10


@contextlib.contextmanager
def unprivileged():
    """Act as nobody for a while if root is acting, whom no file's mode stops."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def folder_of_others(tmp_path, monkeypatch):
    """Return a function that makes a folder of a mode, which anyone reaches by its name."""
    # The folders above may be closed to others, so the path is relative.
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o755)

    def make(mode):
        folder = Path("results")
        folder.mkdir()
        folder.chmod(mode)
        return folder

    return make


def test_a_read_only_folder_is_refused_before_anything_is_computed(folder_of_others):
    folder = folder_of_others(0o555)
    with unprivileged(), pytest.raises(OSError, match="into, found results: Permission denied"):
        report.Report("00_test", namespace(folder))
    with unprivileged(), pytest.raises(OSError, match="into, found results/new: Permission denied"):
        report.Report("00_test", namespace(folder / "new"))
    assert list(folder.iterdir()) == []


def test_a_folder_that_becomes_read_only_is_named(folder_of_others):
    folder = folder_of_others(0o777)
    with unprivileged():
        book = report.Report("00_test", namespace(folder))
        book.record("first", 1)
    folder.chmod(0o555)
    with unprivileged(), pytest.raises(OSError, match=r"^results/values\.json: expected .*, found Permission denied"):
        book.record("second", 1)


def test_a_file_in_the_place_of_the_folder_and_missing_parameters_are_named(tmp_path):
    (tmp_path / "results").touch()
    with pytest.raises(OSError, match=r"out_dir: expected a folder to write .*, found .*/results: File exists"):
        report.Report("00_test", namespace(tmp_path / "results"))
    incomplete = namespace(tmp_path)
    del incomplete["__annotations__"]["seed"]
    with pytest.raises(ValueError, match=r"00_test: expected annotated parameters, found none named \['seed'\]"):
        report.Report("00_test", incomplete)


def test_provenance_says_what_made_the_results(tmp_path, read_json, monkeypatch):
    book = report.Report("00_test", namespace(tmp_path, grid=list(range(100))))
    book.record_rate("images", 300, 2)
    clock = itertools.count(100, 7)
    monkeypatch.setattr(report.time, "perf_counter", lambda: next(clock))
    with book.time_training("model", steps=140):
        pass
    table = book.provenance(data=["digits.npz"], splits={"train": np.arange(3)})
    facts = read_json(book.folder / "provenance.json")
    assert {**facts["parameters"], "out_dir": str(book.folder)} == book.parameters
    assert facts["rates"] == {"images": 150, "steps": 20}
    assert facts["trainings"] == {"model": 7}
    assert len(facts["splits"]["train"]) == 64
    assert facts["data"]["digits.npz"]["licence"].startswith("CC BY-SA")
    assert facts["packages"]["numpy"] == np.__version__
    assert facts["peak_memory_mib"] > 50
    assert f"grid={list(range(100))}" in table.to_html()


def test_originals_are_read_from_one_file():
    assert report.originals("04_denoising", "book/originals.yml")["parameter_limit"] == 3600
