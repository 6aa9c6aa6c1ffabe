"""What each notebook of a built book left: run from top to bottom, with results that are whole."""

import json

import nbformat

from book.make.paths import NOTEBOOKS, PUBLISHED, executed_notebook, notebooks_of
from book.make.runs import read_outcome
from pixel_utils.results import read_results
from tests.notebooks import structure


def pytest_generate_tests(metafunc):
    if "notebook" in metafunc.fixturenames:
        metafunc.parametrize("notebook", notebooks_of(metafunc.config.getoption("--profile") or PUBLISHED))


def test_the_newest_run_is_a_good_one(notebook, build):
    assert read_outcome(build, notebook)["failure"] == ""


def test_every_cell_ran_in_order(notebook, build):
    executed = nbformat.read(executed_notebook(build, notebook), as_version=4)
    counts = [cell.execution_count for cell in executed.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_results_are_complete(notebook, results):
    values, provenance = read_results(results, notebook)
    assert values
    assert provenance["parameters"]["profile"] == provenance["profile"]
    assert not list((results / notebook).glob("*.part*"))


def test_what_is_trained_is_timed(notebook, results):
    provenance = read_results(results, notebook)[1]
    assert ("model" in provenance["trainings"]) == (results / notebook / "model.keras").exists()


def test_every_figure_is_described(notebook, build):
    source, executed = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (NOTEBOOKS / f"{notebook}.ipynb", executed_notebook(build, notebook))
    )
    assert structure.undescribed_figures(source, executed) == []
