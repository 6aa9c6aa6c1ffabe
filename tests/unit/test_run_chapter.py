"""Running a chapter: undeclared parameters are refused, failures are kept aside and reported."""

import re
import subprocess
import sys

import nbformat
import pytest
import run_chapter
from nbformat.v4 import new_code_cell, new_notebook


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """Write a small chapter and return a function that runs it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run_chapter, "NOTEBOOKS", tmp_path)
    executed, results = tmp_path / "build/executed/00_test.ipynb", tmp_path / "build/results/00_test"
    executed.parent.mkdir(parents=True)

    def run(code, parameters):
        cells = [
            new_code_cell('out_dir: str = ""\nsize: int = 1  # how big', metadata={"tags": ["parameters"]}),
            new_code_cell(code),
        ]
        kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        nbformat.write(new_notebook(cells=cells, metadata=kernel), tmp_path / "00_test.ipynb")
        run_chapter.run("00_test", parameters, executed=executed, results=results)
        return executed

    return run


def test_a_chapter_runs_with_its_parameters_and_shows_progress(chapter, capsys):
    notebook = nbformat.read(chapter("print(size, out_dir)", {"size": 7}), as_version=4)
    assert notebook.cells[-1].outputs[0].text == "7 build/results/00_test\n"
    assert "00_test: cell 3/3: print(size, out_dir)" in capsys.readouterr().out


def test_progress_of_a_training_reaches_the_terminal(chapter, capfd):
    chapter("import sys; print('net: epoch 1/2', file=sys.stderr)", {})
    assert "net: epoch 1/2" in capfd.readouterr().err


def test_an_undeclared_parameter_is_refused_by_name(chapter, tmp_path):
    with pytest.raises(SystemExit, match=r"undeclared parameters \['sizes'\]; it declares \['out_dir', 'size'\]"):
        chapter("1", {"sizes": 7})
    assert not (tmp_path / "build/executed/00_test.ipynb").exists()


def test_a_failing_cell_keeps_the_partial_notebook_aside(chapter, tmp_path):
    with pytest.raises(SystemExit) as stopped:
        chapter("print('so far')\n1 / 0", {})
    message = str(stopped.value)
    partial = tmp_path / "build/executed/failed/00_test.ipynb"
    assert "ZeroDivisionError" in message
    assert str(partial) in message
    assert "so far" in str(nbformat.read(partial, as_version=4).cells)
    assert not (tmp_path / "build/executed/00_test.ipynb").exists()


def test_results_of_an_earlier_run_do_not_stand_for_a_failed_one(chapter, tmp_path):
    old = tmp_path / "build/results/00_test/provenance.json"
    old.parent.mkdir(parents=True)
    old.write_text("{}")
    with pytest.raises(SystemExit):
        chapter("1 / 0", {})
    assert not old.exists()


def test_an_unknown_profile_is_refused():
    with pytest.raises(SystemExit, match=r"expected one of the profiles \['book', 'full', 'smoke'\], found 'huge'"):
        run_chapter.profile_parameters("04_denoising", "huge")


def test_an_unknown_chapter_is_refused_with_those_there_are(tmp_path, monkeypatch):
    monkeypatch.setattr(run_chapter, "NOTEBOOKS", tmp_path)
    for name in ("02_second.ipynb", "01_first.ipynb", "notes.ipynb"):
        (tmp_path / name).touch()
    with pytest.raises(SystemExit, match=r"^chapter: expected one of \['01_first', '02_second'\], found '03_third'$"):
        run_chapter.profile_parameters("03_third", "book")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "expected the profiles of the chapter, found no such file"),
        ("", r"expected one of the profiles \[\], found 'book'"),
    ],
)
def test_a_missing_or_empty_file_of_profiles_is_named(tmp_path, monkeypatch, content, message):
    monkeypatch.setattr(run_chapter, "NOTEBOOKS", tmp_path)
    (tmp_path / "01_first.ipynb").touch()
    path = tmp_path / "profiles/01_first.yml"
    if content is not None:
        path.parent.mkdir()
        path.write_text(content)
    with pytest.raises(SystemExit, match=f"^{re.escape(str(path))}: {message}$"):
        run_chapter.profile_parameters("01_first", "book")


@pytest.mark.parametrize("arguments", [["nope"], ["04_denoising", "--profile", "nope"]])
def test_the_command_ends_with_one_line(tmp_path, arguments):
    command = [sys.executable, run_chapter.__file__, *arguments]
    done = subprocess.run(
        [*command, "--executed", tmp_path / "a.ipynb", "--results", tmp_path / "b"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.endswith("found 'nope'\n")
    assert done.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())
