"""Running a notebook: what it must declare and leave, and that a failure keeps the last good run."""

import json
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from book.make import run_chapter
from book.make.paths import COMPARISON
from book.make.run_chapter import RunFailed

LEAVE = """
from pathlib import Path
Path(out_dir, "values.json").write_text(str(size))
Path(out_dir, "provenance.json").touch()
"""


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """Write a small notebook and return a function that runs it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run_chapter, "NOTEBOOKS", tmp_path)
    states = {"module": "1"}
    asked = []

    def find_triggers(*_):
        if asked:
            raise SystemExit("a file of the reader's own, of which a finished run has no more need, is gone")
        return asked.append(1) or {}

    monkeypatch.setattr(run_chapter, "find_triggers", find_triggers)
    monkeypatch.setattr(run_chapter, "read_module", lambda: states["module"])
    monkeypatch.setattr(run_chapter, "same_module", lambda _, first, second: first == second)

    def run(code, parameters, while_it_runs=None):
        cells = [
            new_code_cell('out_dir: str = ""\nsize: int = 1  # how big', metadata={"tags": ["parameters"]}),
            new_code_cell(code),
        ]
        kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        nbformat.write(new_notebook(cells=cells, metadata=kernel), tmp_path / "00_test.ipynb")
        if while_it_runs:
            execute = run_chapter.execute
            monkeypatch.setattr(run_chapter, "execute", lambda *_: (execute(*_), states.update(while_it_runs)))
        asked.clear()
        run_chapter.run("00_test", parameters, tmp_path / "build")
        return tmp_path / "build/executed/00_test.ipynb"

    return run


def test_a_notebook_runs_with_its_parameters_and_shows_progress(chapter, capsys):
    notebook = nbformat.read(chapter(LEAVE + "print(size, out_dir)", {"size": 7}), as_version=4)
    assert notebook.cells[-1].outputs[0].text == "7 build/running/00_test\n"
    assert "00_test: cell 3/3: " in capsys.readouterr().out


def test_progress_of_a_training_reaches_the_terminal(chapter, capfd):
    chapter(LEAVE + "import sys; print('net: epoch 1/2', file=sys.stderr)", {})
    assert "net: epoch 1/2" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("code", "parameters", "message"),
    [
        (LEAVE, {"sizes": 7}, r"^undeclared parameters \['sizes'\]; 00_test.ipynb declares \['out_dir', 'size'\]$"),
        (LEAVE, {"size": "7"}, r"^size: expected int, found '7' \(str\)$"),
        (LEAVE + "print('so far')\n1 / 0", {"size": 2}, "^ZeroDivisionError: division by zero$"),
        (LEAVE + "raise ValueError('\\nof two\\nlines')", {"size": 2}, "^ValueError: of two lines$"),
        (LEAVE + "import os; os._exit(1)", {"size": 2}, "died"),
        ("import sys; sys.exit()", {"size": 2}, "^it came to its end without a number or without its provenance$"),
    ],
)
def test_a_failed_run_keeps_the_last_good_one_and_its_own_copy(chapter, tmp_path, code, parameters, message):
    good = chapter(LEAVE, {"size": 1})
    before = good.read_bytes()
    with pytest.raises(RunFailed, match=message):
        chapter(code, parameters)
    assert (tmp_path / "build/executed/failed/00_test.ipynb").is_file() == (parameters in ({}, {"size": 2}))
    assert good.read_bytes() == before
    assert (tmp_path / "build/results/00_test/values.json").read_text() == "1"


@pytest.fixture
def another_kernel(tmp_path, monkeypatch):
    """A kernel of another Python that comes first under the name of ours."""
    folder = tmp_path / "jupyter/kernels/python3"
    folder.mkdir(parents=True)
    kernel = {"argv": ["/bin/false", "{connection_file}"], "display_name": "Python 3", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(kernel))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))


def test_the_kernel_is_that_of_this_python_and_starts_without_a_warning(another_kernel, chapter, capfd):
    notebook = nbformat.read(chapter(LEAVE + "import sys; print(sys.executable)", {}), as_version=4)
    assert notebook.cells[-1].outputs[0].text.strip() == sys.executable
    assert "WARNING" not in capfd.readouterr().err


def test_a_readers_settings_of_keras_change_no_result(chapter, tmp_path, monkeypatch):
    settings = tmp_path / "elsewhere/.keras/keras.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"floatx": "float16"}')
    monkeypatch.setenv("HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("KERAS_HOME", str(settings.parent))
    monkeypatch.setattr(run_chapter, "ROOT", tmp_path)
    notebook = nbformat.read(chapter(LEAVE + "import keras; print(keras.config.floatx())", {}), as_version=4)
    assert notebook.cells[-1].outputs[-1].text.strip().endswith("float32")


def test_a_partial_notebook_shows_how_far_it_came(chapter, tmp_path):
    with pytest.raises(RunFailed):
        chapter("print('so far')\n1 / 0", {})
    cells = str(nbformat.read(tmp_path / "build/executed/failed/00_test.ipynb", as_version=4).cells)
    assert "so far" in cells
    assert "ZeroDivisionError" in cells


def test_results_of_two_states_of_the_module_are_of_neither(chapter, tmp_path):
    with pytest.raises(RunFailed, match="pixel_utils was changed while it ran"):
        chapter(LEAVE, {}, while_it_runs={"module": "2"})
    assert not (tmp_path / "build/results/00_test").exists()


def test_a_good_run_takes_the_place_of_the_one_before(chapter, tmp_path):
    results, partial = tmp_path / "build/results/00_test", tmp_path / "build/executed/failed/00_test.ipynb"
    for folder in (results, partial.parent):
        folder.mkdir(parents=True)
    (results / "old.csv").touch()
    partial.touch()
    chapter(LEAVE, {"size": 3})
    assert sorted(path.name for path in results.iterdir()) == ["provenance.json", "values.json"]
    assert not partial.exists()
    assert list((tmp_path / "build/running").iterdir()) == []


def test_the_comparison_is_told_where_the_results_of_its_own_build_are(tmp_path, monkeypatch):
    told = {}
    monkeypatch.setattr(run_chapter, "execute", lambda _, parameters, __: told.update(parameters))
    with pytest.raises(RunFailed):
        run_chapter.run(COMPARISON, {"profile": "smoke"}, tmp_path)
    assert (run_chapter.NOTEBOOKS / told["results_dir"]).resolve() == tmp_path / "results"


def test_the_command_ends_with_one_line(tmp_path):
    command = [sys.executable, run_chapter.__file__, "04_denoising", "--profile", "nope"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.endswith("found 'nope'\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("go_on", [True, False])
def test_a_failure_is_noted_in_the_outcome_and_where_asked_not_in_the_status(tmp_path, monkeypatch, read_json, go_on):
    def fail(*_):
        raise RunFailed("no")

    monkeypatch.setattr(run_chapter, "run", fail)
    monkeypatch.setattr(run_chapter, "build_folder", lambda *_: tmp_path)
    monkeypatch.setattr(sys, "argv", ["run_chapter.py", "04_denoising", *(["--go-on"] if go_on else [])])
    if go_on:
        run_chapter.main()
    else:
        with pytest.raises(SystemExit, match="04_denoising failed: no"):
            run_chapter.main()
    assert read_json(tmp_path / "outcomes/04_denoising.json")["failure"] == "no"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), SystemExit("a file of yours is gone")])
def test_whatever_ends_a_run_the_others_go_on(tmp_path, monkeypatch, read_json, error):
    def fail(*_):
        raise error

    monkeypatch.setattr(run_chapter, "run", fail)
    monkeypatch.setattr(run_chapter, "build_folder", lambda *_: tmp_path)
    monkeypatch.setattr(sys, "argv", ["run_chapter.py", "04_denoising", "--go-on"])
    run_chapter.main()
    assert error.args[-1] in read_json(tmp_path / "outcomes/04_denoising.json")["failure"]
