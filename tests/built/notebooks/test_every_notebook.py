"""What each notebook of a built book left: run from top to bottom, with results that are whole."""

import json

import nbformat
import pytest

from book.make.paths import NOTEBOOKS, PUBLISHED, build_folder, executed_notebook, notebooks_of, published_trainings
from book.make.profiles import records_trainings
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


def test_trainings_of_the_book_come_from_published_records(notebook, results, build):
    """Or else a record is missing, and the run trained for real."""
    records = read_results(results, notebook)[1].get("records", {})
    asked = {key for each in records.values() for key in each["keys"]}
    published = {path.parent.name for path in (published_trainings() / notebook).glob("*/record.json")}
    assert bool(records) == records_trainings(notebook)
    assert build != build_folder(PUBLISHED) or asked == published


def test_every_figure_is_described(notebook, build):
    source, executed = (
        json.loads(path.read_text(encoding="utf-8"))
        for path in (NOTEBOOKS / f"{notebook}.ipynb", executed_notebook(build, notebook))
    )
    assert structure.undescribed_figures(source, executed) == []


CENTRE_METHODS = [
    f"{frame}_mse_{name}" for frame in ("isaac", "goes", "flir") for name in ("cnn", "ridge", "mean4", "cubic")
]
# What others read of a chapter, or an original is compared with.
PROMISED = {
    "01_images_as_data": "test_accuracy dense_test_accuracy logistic_test_accuracy trainable_parameters",
    "02_centre_pixel": "r2_cnn mae_cnn leaky_mse honest_mse trainable_parameters " + " ".join(CENTRE_METHODS),
    "03_image_scaling": (
        "test_mae_nearest test_mae_bicubic test_mae_lanczos test_mae_original_net test_mae_residual_net test_mae_cnn "
        "psnr_gain_over_bicubic_db psnr_gain_over_lanczos_db psnr_gain_over_ridge_blended_db other_content_mae_ratio "
        "trainable_parameters"
    ),
    "04_denoising": (
        "test_bce test_bce_floor test_mse test_psnr test_ssim trainable_parameters original_style_test_bce "
        "accuracy_clean accuracy_noisy accuracy_denoised"
    ),
    "05_image_regeneration": (
        "test_hole_mse test_hole_mae telea_hole_mse ns_hole_mse harmonic_hole_mse biharmonic_hole_mse mean_hole_mse "
        "best_classical_hole_mse best_classical_hole_mae trainable_parameters full_generator_parameters "
        "full_discriminator_parameters gan_hole_mse gan_hole_mae gan_sharpness l1_sharpness true_sharpness"
    ),
}


@pytest.mark.parametrize("chapter", PROMISED)
def test_the_promised_values_are_there(chapter, results):
    assert read_results(results, chapter)[0].keys() >= {*PROMISED[chapter].split()}
