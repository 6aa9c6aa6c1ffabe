"""Reports: values, tables and figures reach the results folder, whole or not at all."""

import contextlib
import itertools
import json
import os
import re
import subprocess
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from pixel_utils import report

try:
    import resource
except ImportError:  # Windows
    resource = None


def namespace(folder, **more):
    values = {"profile": "smoke", "seed": 0, "data_dir": "data", "out_dir": str(folder), **more}
    return {**values, "__annotations__": {name: type(value) for name, value in values.items()}}


@pytest.fixture
def book(tmp_path):
    return report.Report("00_test", namespace(tmp_path / "new/folder"))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (int, 3, ["3", 3.0, True, None, [3]]),
        (float, 0.5, ["0.5", True, None, float("nan"), float("inf")]),
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


def test_a_seed_in_quotes_is_refused(tmp_path):
    names = namespace(tmp_path, seed=0) | {"seed": "0"}
    with pytest.raises(ValueError, match=r"^seed: expected int, found '0' \(str\)$"):
        report.Report("00_test", names)


def test_the_module_of_another_copy_of_the_book_is_refused(tmp_path, monkeypatch):
    for name in ("notebooks", "pixel_utils"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    with pytest.raises(ImportError, match=r"expected the one beside this notebook, .* found that of another copy"):
        report.Report("00_test", namespace("results"))
    (tmp_path / "pixel_utils").rmdir()
    (tmp_path / "pixel_utils").symlink_to(Path(report.__file__).parent)
    report.Report("00_test", namespace("results"))


@pytest.fixture
def git():
    """Run git in a folder, with an author of its own."""
    author = ["-c", "user.name=a", "-c", "user.email=a@b"]

    def run(folder, *command):
        done = subprocess.run(["git", *author, *command], cwd=folder, check=True, capture_output=True, text=True)
        return done.stdout

    return run


def test_the_commit_is_that_of_the_books_own_repository(tmp_path, monkeypatch, git):
    book = tmp_path / "course/book"
    (book / "notebooks").mkdir(parents=True)
    (tmp_path / "course/a.txt").touch()
    monkeypatch.chdir(book / "notebooks")
    assert report._commit() is None
    for repository in (book.parent, book):
        git(repository, "init")
        git(repository, "add", "--all")
        git(repository, "commit", "--allow-empty", "--message", "one")
        commit = git(repository, "rev-parse", "HEAD").strip()
        assert report._commit() == (commit if repository == book else None)
    (book / "notes.txt").touch()
    git(book, "add", "notes.txt")
    assert report._commit() == f"{commit}-dirty"


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
    assert sorted(path.name for path in book.folder.iterdir()) == ["curve.png", "table.csv"]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(book, value):
    with pytest.raises(ValueError, match="error: expected a finite number"):
        book.record("error", value)


def test_recording_again_replaces_the_value(book, read_json):
    book.record("error", 1)
    book.record("error", 2)
    assert read_json(book.folder / "values.json")["error"]["value"] == 2


def test_names_and_directions_that_mean_nothing_are_refused(book):
    with pytest.raises(ValueError, match="expected an identifier, found 'two words'"):
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
    assert [path.name for path in book.folder.iterdir()] == ["values.json"]


@contextlib.contextmanager
def limited_files():
    """Let no file grow beyond 50 bytes: every user may do that, and a write ends in its middle as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def filled(disk):
    """Fill a small disk to its last byte for a while."""
    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 512)
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture(params=["limited files", "small disk"])
def scarce(request, tmp_path):
    """A report, a context in which its folder takes no more, and what the system says then."""
    if resource is None:
        pytest.skip("this system has neither limits on files nor small disks")
    if request.param == "limited files":
        yield report.Report("00_test", namespace(tmp_path)), limited_files, "File too large"
        return
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(
            f"only some users may mount a small disk; the case of limited files has run ({mounted.stderr.strip()})"
        )
    try:
        yield (
            report.Report("00_test", namespace(tmp_path)),
            lambda: filled(tmp_path),
            "No space left on device",
        )
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def files(book):
    return sorted(path.name for path in book.folder.iterdir() if path.name != "filler")


def test_a_full_disk_keeps_what_was_recorded_and_nothing_half(scarce):
    book, no_space, reason = scarce
    book.record("first", 1)
    before = (book.folder / "values.json").read_bytes()
    table = pd.DataFrame({"a": range(50)})
    figure, _ = plt.subplots()
    with no_space():
        for name, value, file in (("second", 2, "values.json"), ("t", table, "t.csv"), ("f", figure, "f.png")):
            path = re.escape(str(book.folder / file))
            with pytest.raises(OSError, match=f"^{path}: expected to write the whole file, found {reason}$"):
                book.record(name, value)
        assert files(book) == ["values.json"]
        assert (book.folder / "values.json").read_bytes() == before
    book.record("second", 2)
    book.record("t", table)
    assert files(book) == ["t.csv", "values.json"]
    assert list(json.loads((book.folder / "values.json").read_text())) == ["first", "second"]


def test_a_full_disk_keeps_no_half_of_a_model(scarce):
    import keras

    book, no_space, reason = scarce
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    path = re.escape(str(book.folder / "model.keras"))
    with no_space(), pytest.raises(OSError, match=f"^{path}: expected to write the whole file, found .*{reason}"):
        book.save_model(model)
    assert files(book) == []
    assert keras.models.load_model(book.save_model(model)).count_params() == 10


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
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no modes of folders")
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


def test_a_folder_that_anyone_may_write_into_is_taken(folder_of_others):
    folder = folder_of_others(0o777)
    with unprivileged():
        report.Report("00_test", namespace(folder)).record("first", 1)
    assert [path.name for path in folder.iterdir()] == ["values.json"]


def test_a_folder_that_becomes_read_only_is_named(folder_of_others):
    folder = folder_of_others(0o777)
    with unprivileged():
        book = report.Report("00_test", namespace(folder))
    folder.chmod(0o555)
    with unprivileged(), pytest.raises(OSError, match=r"^results/values\.json: expected .*, found Permission denied"):
        book.record("first", 1)


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    path = tmp_path / "results"
    path.touch()
    with pytest.raises(OSError, match=f"expected a folder to write results into, found {re.escape(str(path))}"):
        report.Report("00_test", namespace(path))


def test_missing_parameters_are_named(tmp_path):
    incomplete = namespace(tmp_path)
    del incomplete["__annotations__"]["seed"]
    with pytest.raises(ValueError, match=r"00_test: expected annotated parameters, found none named \['seed'\]"):
        report.Report("00_test", incomplete)


def test_provenance_says_what_made_the_results(book, monkeypatch):
    book.record_rate("images", 300, 2)
    clock = itertools.count(100, 7)
    monkeypatch.setattr(report.time, "perf_counter", lambda: next(clock))
    with book.time_training("model", steps=140):
        pass
    book.provenance(data=["digits.npz"], splits={"train": np.arange(3)})
    facts = json.loads((book.folder / "provenance.json").read_text())
    assert {**facts["parameters"], "out_dir": str(book.folder)} == book.parameters
    assert facts["rates"] == {"images": 150, "steps": 20}
    assert facts["trainings"] == {"model": 7}
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
