"""What chapter 04 promises to leave: its values, and a model of at most 3,600 weights."""

import numpy as np

from pixel_utils.results import read_results

PROMISED = {
    *("test_bce", "test_bce_floor", "test_mse", "test_psnr", "test_ssim", "trainable_parameters"),
    *("original_style_test_bce", "accuracy_clean", "accuracy_noisy", "accuracy_denoised"),
}


def test_the_promised_values_are_there(results):
    assert read_results(results, "04_denoising")[0].keys() >= PROMISED


def test_the_model_keeps_its_contract(load_model):
    model = load_model("04_denoising")
    assert model.count_params() <= 3600
    images = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)
    restored = model.predict(images, verbose=0)
    assert restored.shape == (3, 28, 28, 1)
    assert restored.min() >= 0
    assert restored.max() <= 1
