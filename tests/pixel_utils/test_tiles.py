"""Enlarging in tiles is the same as in one piece; repair touches dead pixels only."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.ndimage import uniform_filter

from pixel_utils import degrade, tiles


def smooth(images):
    """A stand-in for a network: sees 3 pixels to each side, then repeats by 1.5 (2 x 2 cells to 3 x 3)."""
    blurred = uniform_filter(images, size=(1, 7, 7, 1), mode="reflect")
    rows = np.arange(images.shape[1] * 3 // 2) * 2 // 3
    columns = np.arange(images.shape[2] * 3 // 2) * 2 // 3
    return blurred[:, rows][:, :, columns]


PICTURES = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=70).flatmap(
    lambda shape: hnp.arrays(np.uint8, shape, elements=st.integers(0, 255))
)


@settings(max_examples=30)
@given(PICTURES, st.sampled_from([(16, 8), (18, 10), (32, 8)]))
def test_tiles_give_what_the_whole_gives(picture, sizes):
    tile, overlap = sizes
    in_tiles = tiles.enlarge(picture, smooth, tile=tile, overlap=overlap)
    whole = tiles.enlarge(picture, smooth, tile=72, overlap=0)
    assert in_tiles.shape == tuple(length * 3 // 2 for length in picture.shape)
    # A running mean adds up in another order, so that a value halfway between two bytes may round either way.
    assert np.abs(in_tiles.astype(int) - whole).max() <= 1


def test_no_tile_is_larger_than_asked_for():
    seen = []

    def predict(window):
        seen.append(window.shape)
        return smooth(window)

    tiles.enlarge(np.zeros((101, 333), np.uint8), predict, tile=32, overlap=8)
    assert set(seen) == {(1, 32, 32, 1)}


def test_a_grey_picture_in_colour_stays_grey():
    grey = np.random.default_rng(0).integers(0, 256, (40, 50), np.uint8)
    coloured = tiles.enlarge(np.dstack([grey] * 3), smooth, tile=32, overlap=8)
    enlarged = tiles.enlarge(grey, smooth, tile=32, overlap=8)
    assert np.ptp(coloured, axis=-1).max() == 0
    # Pillow converts in whole numbers, which may cost one level.
    assert np.abs(coloured[..., 0].astype(int) - enlarged).max() <= 1


@pytest.mark.parametrize(
    ("picture", "options", "message"),
    [
        (np.zeros((20, 20)), {}, r"picture: expected uint8 of shape \(H, W\) or \(H, W, 3\), found float64"),
        (np.zeros((20, 20, 4), np.uint8), {}, r"picture: expected uint8 of shape \(H, W\) or \(H, W, 3\), found"),
        *(
            (np.zeros((20, 20), np.uint8), {"tile": tile, "overlap": overlap}, "tile, overlap: expected even numbers")
            for tile, overlap in [(17, 4), (32, 5), (32, 32), (14, 4), (32, -2)]
        ),
    ],
)
def test_other_pictures_and_tiles_are_refused(picture, options, message):
    with pytest.raises(ValueError, match=message):
        tiles.enlarge(picture, smooth, **options)


def test_a_model_of_another_scale_is_refused():
    with pytest.raises(ValueError, match=r"predict: expected shape \(1, 30, 30, 1\) for \(1, 20, 20, 1\), found"):
        tiles.enlarge(np.zeros((20, 20), np.uint8), lambda window: window)


def test_values_are_those_of_the_model():
    picture = np.random.default_rng(1).integers(0, 256, (20, 22), np.uint8)
    expected = degrade.scale_to_bytes(smooth(degrade.scale_to_signed(picture)[None, ..., None])[0, ..., 0])
    np.testing.assert_array_equal(tiles.enlarge(picture, smooth), expected)


def mean_around(windows):
    """The mean of a window without its middle, which must not matter."""
    flat = windows.reshape(len(windows), -1)
    return (flat.sum(axis=1) - flat[:, flat.shape[1] // 2]) / (flat.shape[1] - 1)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(7, 20), st.integers(7, 20), st.floats(0, 0.3))
def test_living_pixels_stay_and_dead_ones_are_never_read(seed, height, width, share):
    rng = np.random.default_rng(seed)
    frame = rng.integers(0, 65536, (height, width), dtype=np.uint16)
    dead = rng.random(frame.shape) < share
    other = np.where(dead, 12345, frame).astype(np.uint16)
    repaired = tiles.repair(frame, dead, mean_around)
    assert (repaired[~dead] == frame[~dead]).all()
    assert (repaired == tiles.repair(other, dead, mean_around, batch=3)).all()
    assert repaired.dtype == np.uint16


@given(st.integers(0, 65535), st.integers(0, 10**6))
def test_a_flat_frame_is_restored(level, seed):
    dead = np.random.default_rng(seed).random((12, 9)) < 0.2
    frame = np.where(dead, 0, level).astype(np.uint16)
    assert (tiles.repair(frame, dead, mean_around) == level).all()


def test_without_rounds_the_median_of_the_valid_neighbours_stays():
    frame, dead = np.arange(81, dtype=np.uint16).reshape(9, 9) * 10, np.zeros((9, 9), bool)
    dead[4, 4:6] = True
    repaired = tiles.repair(frame, dead, None, repeats=0)
    assert repaired[4, 4] == np.median([300, 310, 320, 390, 480, 490, 500])


def test_memory_does_not_grow_with_the_dead_pixels():
    frame, dead = np.zeros((1000, 1000), np.uint16), np.ones((1000, 1000), bool)
    dead[::5, ::5] = False
    tracemalloc.start()
    tiles.repair(frame, dead, mean_around, batch=10_000)
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # All windows at once would be 49 values of 8 bytes for each of 960,000.
    assert highest < 100 * 2**20


FLAT = np.full((7, 7), 9, np.uint16)
ONE_DEAD = np.arange(49).reshape(7, 7) == 0


def test_predictions_are_rounded_and_clipped_and_nothing_dead_asks_nobody():
    for guess, counts in ((-3.0, 0), (7.6, 8), (1e6, 65535)):
        assert tiles.repair(FLAT, ONE_DEAD, lambda windows, guess=guess: [guess])[0, 0] == counts
    assert (tiles.repair(FLAT, ~ONE_DEAD & ONE_DEAD, None) == FLAT).all()


@pytest.mark.parametrize(
    ("frame", "dead", "options", "message"),
    [
        (FLAT / 1, ONE_DEAD, {}, r"frame: expected uint16 of shape \(H, W\)"),
        (FLAT[..., None], ONE_DEAD, {}, r"frame: expected uint16 of shape \(H, W\)"),
        (FLAT, ONE_DEAD[:, :6], {}, r"dead: expected bool of shape \(7, 7\)"),
        (FLAT, ONE_DEAD / 1, {}, r"dead: expected bool of shape \(7, 7\)"),
        (FLAT[:5], ONE_DEAD[:5], {}, "size: expected an odd number from 3 to the frame's 5, found 7"),
        (FLAT, ONE_DEAD, {"size": 4}, "size: expected an odd number"),
        (FLAT, ONE_DEAD | True, {}, "dead: expected at least one valid pixel"),
    ],
)
def test_wrong_input_is_refused(frame, dead, options, message):
    with pytest.raises(ValueError, match=message):
        tiles.repair(frame, dead, mean_around, **options)


@pytest.mark.parametrize(("answer", "found"), [([np.nan], "0 of 1"), ([1.0, 2.0], "2 of 2")])
def test_a_wrong_answer_of_the_model_is_refused(answer, found):
    with pytest.raises(ValueError, match=f"predict: expected 1 finite counts, found {found}"):
        tiles.repair(FLAT, ONE_DEAD, lambda windows: answer)


def test_what_cannot_be_repaired_stays_and_is_counted_while_the_rest_is_repaired():
    """A dead border eight pixels wide: of it only the three next to valid pixels have one in their window."""
    frame, dead = np.full((40, 50), 500, np.uint16), np.ones((40, 50), bool)
    dead[8:-8, 8:-8] = False
    dead[20, 20] = True
    frame[dead] = 3
    hopeless = np.ones(frame.shape, bool)
    hopeless[5:-5, 5:-5] = False
    message = rf"dead: {hopeless.sum()} of {dead.sum()} pixels have no valid one within 7 x 7"
    with pytest.warns(UserWarning, match=message):
        repaired = tiles.repair(frame, dead, mean_around)
    assert (repaired[hopeless] == 3).all()
    assert (repaired[~hopeless] == 500).all()
