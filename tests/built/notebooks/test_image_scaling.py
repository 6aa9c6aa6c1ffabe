"""What chapter 03 promises to leave: a model that enlarges pictures of any even size."""

import numpy as np
import pytest
from PIL import Image

from pixel_utils import data, degrade, tiles


@pytest.fixture
def model(load_model):
    return load_model("03_image_scaling")


@pytest.mark.parametrize("shape", [(16, 16), (18, 40), (100, 100)])
def test_the_model_takes_any_even_size(model, shape):
    pictures = np.random.default_rng(0).uniform(-1, 1, (2, *shape, 1)).astype(np.float32)
    enlarged = model.predict(pictures, verbose=0)
    assert enlarged.shape == (2, shape[0] * 3 // 2, shape[1] * 3 // 2, 1)
    assert np.isfinite(enlarged).all()


def test_the_model_holds_pillows_bicubic_filter(model):
    """The part that is not trained is bicubic interpolation, away from the borders."""
    import keras

    (fixed,) = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D) and not layer.trainable]
    picture = np.random.default_rng(1).uniform(-1, 1, (20, 22)).astype(np.float32)
    cells = fixed(np.pad(picture, 2, mode="symmetric")[None, ..., None])
    guess = np.array(keras.ops.nn.depth_to_space(cells, 3))[0, ..., 0]
    pillow = np.asarray(Image.fromarray(picture).resize((33, 30), Image.Resampling.BICUBIC))
    np.testing.assert_allclose(guess[3:-3, 3:-3], pillow[3:-3, 3:-3], atol=1e-5)


def test_an_even_ground_stays_even_in_the_middle(model):
    ground = np.full((1, 64, 64, 1), 0.25, np.float32)
    assert np.ptp(model.predict(ground, verbose=0)[0, 30:60, 30:60]) < 0.02


def test_tiles_give_what_the_whole_picture_gives(model):
    photos, _ = data.load_photos("test", "data")
    grey = degrade.luma(photos[0])[:150, :200]
    whole = tiles.enlarge(grey, model, tile=256, overlap=0)
    in_tiles = tiles.enlarge(grey, model, tile=96, overlap=64)
    assert np.abs(whole.astype(int) - in_tiles).max() <= 1
