"""What chapter 01 promises to leave: a model that others can load and use."""

import numpy as np
import pytest


@pytest.fixture
def model(load_model):
    return load_model("01_images_as_data")


def test_the_model_gives_probabilities(model):
    images = np.random.default_rng(0).random((3, 28, 28, 1), np.float32)
    probabilities = model.predict(images, verbose=0)
    assert probabilities.shape == (3, 10)
    assert probabilities.min() >= 0
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_the_model_sees_an_item_and_its_mirror_image_alike(model):
    images = np.random.default_rng(1).random((3, 28, 28, 1), np.float32)
    mirrored = np.ascontiguousarray(images[:, :, ::-1])
    assert np.allclose(model.predict(images, verbose=0), model.predict(mirrored, verbose=0), atol=1e-5)
