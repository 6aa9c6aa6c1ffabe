"""Running a notebook: what it must leave, and that a failure keeps the last good run."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from book.make import run_chapter
from book.make.paths import COMPARISON, ROOT
from book.make.run_chapter import RunFailed
from pixel_utils.data import EDITION

LEAVE = """
from pathlib import Path
Path(out_dir, "values.json").write_text(str(size))
Path(out_dir, "provenance.json").touch()
"""


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """Write a small notebook and return a function that runs it; a text of the test stands for the module."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(run_chapter, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(run_chapter, "find_triggers", lambda *_: {})
    (tmp_path / "module").touch()
    monkeypatch.setattr(run_chapter, "module_part", lambda _: (tmp_path / "module").read_text())

    def run(code, size=1):
        parameters = new_code_cell('out_dir: str = ""\nsize: int = 1  # how big', metadata={"tags": ["parameters"]})
        kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        notebook = new_notebook(cells=[parameters, new_code_cell(code)], metadata=kernel)
        nbformat.write(notebook, tmp_path / "00_test.ipynb")
        run_chapter.run("00_test", {"size": size}, tmp_path / "build")
        return tmp_path / "build/executed/00_test.ipynb"

    return run


def printed(path):
    """What the last cell of an executed notebook printed."""
    outputs = nbformat.read(path, as_version=4).cells[-1].outputs
    return "".join(output.text for output in outputs if output.name == "stdout").strip()


def test_a_notebook_runs_with_its_parameters_and_shows_progress(chapter, capfd):
    done = chapter(LEAVE + "import sys; print('net: epoch 1/2', file=sys.stderr); print(size, out_dir)", 7)
    assert printed(done) == "7 build/running/00_test"
    said = capfd.readouterr()
    assert "00_test: cell 3/3: " in said.out
    assert "net: epoch 1/2" in said.err


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (LEAVE + "print('so far')\n1 / 0", "^ZeroDivisionError: division by zero$"),
        (LEAVE + "import os; os._exit(1)", "died"),
        (LEAVE + "Path('module').write_text('another')", "^pixel_utils was changed while it ran"),
        ("import sys; sys.exit()", "^it finished without recording a number or its provenance$"),
    ],
)
def test_a_failed_run_keeps_the_last_good_one_and_its_own_copy(chapter, tmp_path, code, message):
    good = chapter(LEAVE)
    before = good.read_bytes()
    with pytest.raises(RunFailed, match=message):
        chapter(code, 2)
    failed = (tmp_path / "build/executed/failed/00_test.ipynb").read_text()
    assert "size = 2" in failed
    assert ("so far" in failed and "ZeroDivisionError" in failed) == ("1 / 0" in code)
    assert good.read_bytes() == before
    assert (tmp_path / "build/results/00_test/values.json").read_text() == "1"


def test_the_kernel_is_that_of_this_python_and_starts_without_a_warning(chapter, tmp_path, monkeypatch, capfd):
    another = tmp_path / "jupyter/kernels/python3/kernel.json"
    another.parent.mkdir(parents=True)
    content = {"argv": ["/bin/false", "{connection_file}"], "display_name": "Python 3", "language": "python"}
    another.write_text(json.dumps(content))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    assert printed(chapter(LEAVE + "import sys; print(sys.executable)")) == sys.executable
    assert "WARNING" not in capfd.readouterr().err


def test_a_readers_settings_of_keras_change_no_result(chapter, tmp_path, monkeypatch):
    settings = tmp_path / "elsewhere/.keras/keras.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"floatx": "float16"}')
    monkeypatch.setenv("HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("KERAS_HOME", str(settings.parent))
    monkeypatch.setattr(run_chapter, "ROOT", tmp_path)
    assert printed(chapter(LEAVE + "import keras; print(keras.config.floatx())")).endswith("float32")


def test_a_good_run_takes_the_place_of_the_one_before(chapter, tmp_path):
    results, partial = tmp_path / "build/results/00_test", tmp_path / "build/executed/failed/00_test.ipynb"
    for folder in (results, partial.parent):
        folder.mkdir(parents=True)
    (results / "old.csv").touch()
    partial.touch()
    chapter(LEAVE)
    assert sorted(path.name for path in results.iterdir()) == ["provenance.json", "values.json"]
    assert not partial.exists()
    assert list((tmp_path / "build/running").iterdir()) == []


def test_the_comparison_is_told_where_the_results_of_its_own_build_are(tmp_path, monkeypatch):
    told = {}
    monkeypatch.setattr(run_chapter, "execute", lambda _, parameters, __: told.update(parameters))
    with pytest.raises(RunFailed):
        run_chapter.run(COMPARISON, {"profile": "smoke"}, tmp_path)
    assert (run_chapter.NOTEBOOKS / told["results_dir"]).resolve() == tmp_path / "results"


def test_the_sealed_part_is_measured_into_a_build_of_its_own(tmp_path, monkeypatch):
    ran = {}

    def run(name, parameters, build):
        ran.update(parameters, build=build, name=name, opened=EDITION in os.environ)
        return {}

    monkeypatch.setattr(run_chapter, "run", run)
    monkeypatch.setattr(run_chapter, "build_folder", lambda *_: tmp_path)
    monkeypatch.setattr(sys, "argv", ["run_chapter", "04_denoising", "--sealed"])
    monkeypatch.setattr(os, "environ", dict(os.environ))
    run_chapter.main()
    assert ran == {
        "profile": "book",
        "test_split": "sealed",
        "build": tmp_path / "sealed",
        "name": "04_denoising",
        "opened": True,
    }
    assert (tmp_path / "sealed/outcomes/04_denoising.json").is_file()


def test_the_command_ends_with_one_line():
    command = [sys.executable, "-m", "book.make", "run_chapter", "04_denoising", "--profile", "nope"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.endswith("found 'nope'\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("go_on", [True, False])
@pytest.mark.parametrize(
    ("error", "noted"),
    [
        (RunFailed("ValueError: \nof two\nlines"), "ValueError: of two lines"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (SystemExit("a file of yours is gone"), "a file of yours is gone"),
    ],
)
def test_a_failure_is_noted_and_where_asked_the_others_go_on(tmp_path, monkeypatch, read_json, error, noted, go_on):
    def fail(*_):
        raise error

    monkeypatch.setattr(run_chapter, "run", fail)
    monkeypatch.setattr(run_chapter, "build_folder", lambda *_: tmp_path)
    monkeypatch.setattr(sys, "argv", ["run_chapter.py", "04_denoising", *(["--go-on"] if go_on else [])])
    with pytest.raises(SystemExit) as ended:
        run_chapter.main()
    assert bool(ended.value.code) != go_on
    assert read_json(tmp_path / "outcomes/04_denoising.json")["failure"] == noted
