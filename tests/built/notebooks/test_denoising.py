"""What chapter 04 promises to leave: a model of at most 3,600 weights."""

import numpy as np


def test_the_model_keeps_its_contract(load_model):
    model = load_model("04_denoising")
    assert model.count_params() <= 3600
    images = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)
    restored = model.predict(images, verbose=0)
    assert restored.shape == (3, 28, 28, 1)
    assert restored.min() >= 0
    assert restored.max() <= 1
