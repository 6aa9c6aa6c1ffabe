"""What chapter 02 promises to leave: a model of raw counts that others can load and use."""

import numpy as np
import pytest

from pixel_utils.results import read_results


@pytest.fixture
def model(load_model):
    return load_model("02_centre_pixel")


@pytest.fixture
def windows():
    counts = np.random.default_rng(0).integers(300, 3000, (50, 7, 7, 1))
    return counts.astype(np.float32)


def test_counts_are_those_of_the_original_and_the_bundled_pictures(results):
    values, _ = read_results(results, "02_centre_pixel")
    assert values["original_cnn_parameters"] == 420_577
    assert values["images_behind_the_windows"] == 601


def test_the_model_ignores_the_centre(model, windows):
    other = windows.copy()
    other[:, 3, 3] = 65535
    predicted = model.predict(windows, verbose=0)
    assert predicted.shape == (50, 1)
    np.testing.assert_array_equal(predicted, model.predict(other, verbose=0))


def test_the_answer_follows_gain_and_offset(model, windows):
    predicted = model.predict(windows, verbose=0)
    np.testing.assert_allclose(
        model.predict(4 * windows + 1000, verbose=0), 4 * predicted + 1000, rtol=0, atol=1e-3 * windows.max()
    )


def test_a_flat_window_has_a_flat_answer(model):
    flat = np.full((3, 7, 7, 1), 500, np.float32)
    assert np.abs(model.predict(flat, verbose=0) - 500).max() < 1
