"""Every notebook: clean, declared, and with the results that its smoke run must leave."""

import json
from pathlib import Path

import nbformat
import numpy as np
import papermill
import pytest
import yaml

NOTEBOOKS = sorted(Path("notebooks").glob("[0-9][0-9]_*.ipynb"))
CHAPTERS = [path.stem for path in NOTEBOOKS]
REQUIRED_PARAMETERS = {"profile", "seed", "data_dir", "out_dir", "picture"}


@pytest.fixture(params=NOTEBOOKS, ids=CHAPTERS)
def notebook(request):
    return request.param


def test_outputs_are_stripped(notebook):
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None


def test_parameters_are_typed_explained_and_complete(notebook):
    parameters = papermill.inspect_notebook(str(notebook))
    assert parameters.keys() >= REQUIRED_PARAMETERS
    for name, parameter in parameters.items():
        assert parameter["inferred_type_name"] != "None", f"{name} has no type"
        assert parameter["help"], f"{name} has no explanation"


def test_profiles_set_declared_parameters_only(notebook):
    declared = papermill.inspect_notebook(str(notebook)).keys()
    profiles = yaml.safe_load(Path(f"notebooks/profiles/{notebook.stem}.yml").read_text(encoding="utf-8"))
    assert profiles.keys() == {"smoke", "book", "full"}
    for values in profiles.values():
        assert (values or {}).keys() <= declared


def test_every_cell_ran_in_order(notebook, build):
    executed = nbformat.read(build / f"executed/{notebook.name}", as_version=4)
    counts = [cell.execution_count for cell in executed.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_results_are_complete(notebook, build):
    results = build / "results" / notebook.stem
    values = json.loads((results / "values.json").read_text())
    provenance = json.loads((results / "provenance.json").read_text())
    assert values
    assert provenance["parameters"]["profile"] == provenance["profile"]
    assert not list(results.glob("*.part*"))


def test_denoising_leaves_the_promised_values(build):
    values = json.loads((build / "results/04_denoising/values.json").read_text())
    promised = {
        "test_bce",
        "test_bce_floor",
        "test_mse",
        "test_psnr",
        "test_ssim",
        "trainable_parameters",
        "original_style_test_bce",
        "accuracy_clean",
        "accuracy_noisy",
        "accuracy_denoised",
    }
    assert promised <= values.keys()


def test_denoising_model_loads_anywhere_and_keeps_its_contract(build):
    import keras

    model = keras.models.load_model(build / "results/04_denoising/model.keras", safe_mode=True)
    assert model.count_params() <= 3600
    images = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)
    restored = model.predict(images, verbose=0)
    assert restored.shape == (3, 28, 28, 1)
    assert restored.min() >= 0
    assert restored.max() <= 1
