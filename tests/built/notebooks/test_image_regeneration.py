"""What chapter 05 promises to leave: a model that fills holes and touches nothing else."""

import numpy as np
import pytest

from pixel_utils import degrade
from pixel_utils.results import read_results, read_table


@pytest.fixture
def model(load_model):
    return load_model("05_image_regeneration")


def damaged(seed, *, count=2, shape=(256, 256)):
    """Pictures as the model takes them, and their masks."""
    rng = np.random.default_rng(seed)
    pictures = rng.uniform(-1, 1, (2, *shape, 3)).astype(np.float32)
    places = degrade.draw_boxes(2, shape=shape, count=count, rng=rng)
    erased, masks = degrade.erase_boxes(pictures, places)
    return np.concatenate([erased, masks[..., None]], axis=-1).astype(np.float32), masks


def test_the_best_classical_method_is_the_best_of_all(results):
    values, _ = read_results(results, "05_image_regeneration")
    names = ("mean", "nearest", "harmonic", "biharmonic", "telea", "ns")
    for measure in ("mse", "mae"):
        lowest = min(values[f"{name}_hole_{measure}"] for name in names)
        assert values[f"best_classical_hole_{measure}"] == lowest


def test_the_game_that_goes_on_is_a_game(results):
    """The finished table holds L1 alone and the game that was chosen, and a game of its own is no copy of L1 alone."""
    compared = read_table(results, "05_image_regeneration", "games_compared")
    games = compared.drop(index=["L1 alone", "truth"])
    assert len(games) == 6
    assert (games["sharpness"] != compared.loc["L1 alone", "sharpness"]).all()


@pytest.mark.parametrize("seed", range(3))
def test_known_pixels_are_exact(model, seed):
    inputs, masks = damaged(seed)
    filled = model.predict(inputs, verbose=0)
    assert filled.shape == (2, 256, 256, 3)
    assert np.abs(filled).max() <= 1
    assert (filled[~masks] == inputs[~masks][:, :3]).all()


def test_a_picture_without_a_hole_comes_back(model):
    inputs, _ = damaged(0)
    inputs[..., 3] = 0
    assert (model.predict(inputs, verbose=0) == inputs[..., :3]).all()


@pytest.mark.parametrize("corner", [(0, 0), (60, 60), (181, 181)])
def test_an_even_picture_is_filled_evenly_enough(model, corner):
    """Whatever was learned: the first two boxes leave a cell of the coarsest level without a known pixel."""
    even = np.full((1, 256, 256, 3), 0.6, np.float32)
    erased, masks = degrade.erase_boxes(even, np.array([[corner]]))
    filled = model.predict(np.concatenate([erased, masks[..., None]], axis=-1), verbose=0)
    assert np.abs(filled - even).max() < 0.25


def test_a_picture_does_not_depend_on_those_beside_it(model):
    inputs, _ = damaged(1)
    alone = model.predict(inputs[:1], verbose=0)
    np.testing.assert_allclose(model.predict(inputs, verbose=0)[:1], alone, atol=1e-5)
