"""What the comparison makes of the results of the others, and what it refuses."""

import json
from pathlib import Path

import pytest
import run_chapter
from run_chapter import COMPARISON

NOTEBOOK = json.loads(Path(f"notebooks/{COMPARISON}.ipynb").read_text(encoding="utf-8"))


def source(name):
    return "".join(next(cell["source"] for cell in NOTEBOOK["cells"] if cell["id"] == name))


def values_of(build, chapter):
    recorded = json.loads((build / "results" / chapter / "values.json").read_text())
    return {name: entry["value"] for name, entry in recorded.items()}


def test_shares_are_those_of_the_chapters(build):
    own = values_of(build, COMPARISON)
    centre, holes = (values_of(build, name) for name in ("02_centre_pixel", "05_image_regeneration"))
    assert own["goes_size"] == pytest.approx(centre["goes_classical_ratio"] ** 0.5)
    assert own["regeneration_size"] == pytest.approx(holes["mse_ratio"] ** 0.5)
    assert own["regeneration_size_low"] <= own["regeneration_size"] <= own["regeneration_size_high"]


def test_the_cells_whose_time_is_taken_exist():
    namespace = {}
    exec(f"from pathlib import Path\n{source('training')}", namespace)
    for chapter, name in namespace["TRAINING_CELLS"].items():
        cells = json.loads(Path(f"notebooks/{chapter}.ipynb").read_text(encoding="utf-8"))["cells"]
        assert name in [cell["id"] for cell in cells], f"{chapter}: no cell {name}"


def test_every_other_chapter_is_read():
    namespace = {"report": None, "results_dir": None, "profile": None}
    exec(source("load").split("values, provenance")[0], namespace)
    assert [*namespace["CHAPTERS"], COMPARISON] == run_chapter.all_chapters()


def test_it_is_told_where_the_results_of_its_own_run_are(tmp_path, monkeypatch):
    told = {}
    monkeypatch.setattr(run_chapter, "check_declared", lambda _, parameters: told.update(parameters))
    monkeypatch.setattr(run_chapter.papermill, "execute_notebook", lambda _, target, *__, **___: Path(target).touch())
    results = tmp_path / "results" / COMPARISON
    run_chapter.run(COMPARISON, {}, executed=tmp_path / "executed/06.ipynb", results=results)
    assert (run_chapter.NOTEBOOKS / told["results_dir"]).resolve() == results.parent
