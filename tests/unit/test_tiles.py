"""Repair touches dead pixels only, and hands a model what it needs to know."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixel_utils import tiles


def mean_around(windows):
    """The mean of a window without its middle, which must not matter."""
    flat = windows.reshape(len(windows), -1)
    return (flat.sum(axis=1) - flat[:, flat.shape[1] // 2]) / (flat.shape[1] - 1)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(7, 20), st.integers(7, 20), st.floats(0, 0.3))
def test_living_pixels_stay_and_dead_ones_are_never_read(seed, height, width, share):
    rng = np.random.default_rng(seed)
    frame = rng.integers(0, 65536, (height, width), dtype=np.uint16)
    dead = rng.random(frame.shape) < share
    other = np.where(dead, 12345, frame).astype(np.uint16)
    repaired = tiles.repair(frame, dead, mean_around)
    assert (repaired[~dead] == frame[~dead]).all()
    assert (repaired == tiles.repair(other, dead, mean_around)).all()
    assert repaired.dtype == np.uint16


@given(st.integers(0, 65535), st.integers(0, 10**6))
def test_a_flat_frame_is_restored(level, seed):
    dead = np.random.default_rng(seed).random((12, 9)) < 0.2
    frame = np.where(dead, 0, level).astype(np.uint16)
    assert (tiles.repair(frame, dead, mean_around) == level).all()


def test_without_rounds_the_median_of_the_valid_neighbours_stays():
    frame = np.arange(81, dtype=np.uint16).reshape(9, 9) * 10
    dead = np.zeros((9, 9), bool)
    dead[4, 4:6] = True
    repaired = tiles.repair(frame, dead, None, repeats=0)
    assert repaired[4, 4] == np.median([300, 310, 320, 390, 480, 490, 500])


def test_all_windows_reach_the_model_whatever_the_batch():
    rng = np.random.default_rng(0)
    frame = rng.integers(0, 1000, (20, 20), dtype=np.uint16)
    dead = rng.random(frame.shape) < 0.1
    assert (tiles.repair(frame, dead, mean_around, batch=3) == tiles.repair(frame, dead, mean_around)).all()


def test_predictions_are_rounded_and_clipped():
    frame = np.full((7, 7), 9, np.uint16)
    dead = np.zeros((7, 7), bool)
    dead[0, 0] = True
    assert tiles.repair(frame, dead, lambda windows: np.array([-3.0]))[0, 0] == 0
    assert tiles.repair(frame, dead, lambda windows: np.array([1e6]))[0, 0] == 65535


def test_nothing_dead_asks_nobody():
    frame = np.full((7, 7), 9, np.uint16)
    assert (tiles.repair(frame, np.zeros((7, 7), bool), None) == 9).all()


@pytest.mark.parametrize(
    ("frame", "dead", "options", "message"),
    [
        (np.zeros((9, 9)), np.zeros((9, 9), bool), {}, "expected uint16"),
        (np.zeros((9, 9, 1), np.uint16), np.zeros((9, 9), bool), {}, "of shape \\(H, W\\)"),
        (np.zeros((9, 9), np.uint16), np.zeros((9, 8), bool), {}, "expected bool of shape"),
        (np.zeros((9, 9), np.uint16), np.zeros((9, 9)), {}, "expected bool"),
        (np.zeros((5, 9), np.uint16), np.zeros((5, 9), bool), {}, "expected an odd number"),
        (np.zeros((9, 9), np.uint16), np.zeros((9, 9), bool), {"size": 4}, "expected an odd number"),
        (np.zeros((9, 9), np.uint16), np.ones((9, 9), bool), {}, "no valid one"),
    ],
)
def test_wrong_input_is_refused(frame, dead, options, message):
    with pytest.raises(ValueError, match=message):
        tiles.repair(frame, dead, mean_around, **options)


@pytest.mark.parametrize("answer", [np.array([np.nan]), np.array([1.0, 2.0])])
def test_a_wrong_answer_of_the_model_is_refused(answer):
    dead = np.zeros((9, 9), bool)
    dead[4, 4] = True
    with pytest.raises(ValueError, match="expected 1 finite counts"):
        tiles.repair(np.zeros((9, 9), np.uint16), dead, lambda windows: answer)
