"""Running a chapter: undeclared parameters are refused, failures are kept aside and reported."""

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


def test_an_unknown_profile_is_refused():
    with pytest.raises(SystemExit, match=r"expected one of the profiles \['book', 'full', 'smoke'\], found 'huge'"):
        run_chapter.profile_parameters("04_denoising", "huge")
