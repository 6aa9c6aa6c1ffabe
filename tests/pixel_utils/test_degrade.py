"""Corruptions: their properties, not anecdotes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pixel_utils import degrade

UNIT = hnp.arrays(np.float64, (2, 3, 3), elements=st.floats(0, 1))


@given(UNIT, UNIT)
def test_overlay_is_symmetric_bounds_the_target_and_leaves_its_inputs_alone(target, cover):
    before = target.copy()
    mean = degrade.overlay(target, cover)
    np.testing.assert_array_equal(mean, degrade.overlay(cover, target))
    np.testing.assert_array_equal(target, before)
    assert 0 <= mean.min() <= mean.max() <= 1
    assert (np.maximum(0, 2 * mean - 1) <= target + 1e-12).all()
    assert (target <= np.minimum(1, 2 * mean) + 1e-12).all()


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 5))
def test_every_cover_is_used_before_one_is_used_again(n_targets, n_covers, seed):
    covers, again = (degrade.draw_covers(n_targets, n_covers, rng=np.random.default_rng(seed)) for _ in range(2))
    counts = np.bincount(covers, minlength=n_covers)
    assert len(covers) == n_targets
    assert counts.max() - counts.min() <= 1
    np.testing.assert_array_equal(covers, again)


@pytest.mark.parametrize(("n_targets", "n_covers"), [(5, 0), (5, -1), (0, 5)])
def test_no_targets_or_covers_are_refused(n_targets, n_covers):
    with pytest.raises(ValueError, match=f"expected at least 1 of each, found {n_targets} and {n_covers}"):
        degrade.draw_covers(n_targets, n_covers, rng=np.random.default_rng(0))


def test_scale_to_unit():
    scaled = degrade.scale_to_unit(np.array([[[0, 51, 255]]], np.uint8))
    assert (scaled.dtype, scaled.shape) == (np.float32, (1, 1, 3, 1))
    np.testing.assert_allclose(scaled[0, 0, :, 0], [0, 0.2, 1], rtol=1e-6)


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=3, max_side=8)))
def test_signed_values_give_their_bytes_back(images):
    signed = degrade.scale_to_signed(images)
    assert signed.dtype == np.float32
    assert np.abs(signed).max() <= 1
    np.testing.assert_array_equal(degrade.scale_to_bytes(signed), images)
    np.testing.assert_array_equal(degrade.scale_to_bytes(signed * 300), np.where(images > 127, 255, 0))


@given(hnp.arrays(np.uint16, st.tuples(st.integers(1, 4), st.just(5), st.just(5))), st.integers(0, 65535))
def test_hiding_the_centre_changes_nothing_else_and_can_be_undone(windows, fill):
    before = windows.copy()
    hidden, centres = degrade.hide_centre(windows, fill)
    assert hidden.dtype == centres.dtype == windows.dtype
    assert (hidden[:, 2, 2] == fill).all()
    hidden[:, 2, 2] = centres
    np.testing.assert_array_equal(hidden, before)
    np.testing.assert_array_equal(windows, before)


@pytest.mark.parametrize(
    ("dtype", "fill"),
    [(np.uint8, 256), (np.uint8, -1), (np.uint16, 3.7), (np.uint8, np.nan), (bool, 2), (np.float16, 1e6)],
)
def test_a_fill_that_the_type_cannot_hold_is_refused(dtype, fill):
    with pytest.raises(ValueError, match=f"fill: expected a number that {np.dtype(dtype)} can hold, found"):
        degrade.hide_centre(np.zeros((1, 3, 3), dtype), fill)


@pytest.mark.parametrize(("dtype", "fill"), [(np.uint8, 255.0), (bool, 1), (np.float32, 0.1), (np.float16, np.nan)])
def test_a_fill_that_the_type_can_hold_is_taken(dtype, fill):
    hidden, _ = degrade.hide_centre(np.zeros((1, 3, 3), dtype), fill)
    np.testing.assert_array_equal(hidden[0, 1, 1], np.array(fill, dtype))


@given(hnp.arrays(np.uint8, (4, 5, 3)))
def test_luma_is_the_weighted_mean_of_the_stored_values(picture):
    weighed = picture @ [0.299, 0.587, 0.114]
    assert np.abs(degrade.luma(picture) - weighed).max() <= 0.51


@given(st.integers(0, 255), st.integers(1, 9), st.integers(1, 9))
def test_downscale_takes_two_thirds_and_keeps_an_even_ground(grey, rows, columns):
    small = degrade.downscale(np.full((3 * rows, 3 * columns), grey, np.uint8))
    np.testing.assert_array_equal(small, np.full((2 * rows, 2 * columns), grey))


@given(hnp.arrays(np.uint8, (12, 15, 3)))
def test_downscale_treats_mirror_images_and_channels_alike(picture):
    small = degrade.downscale(picture)
    np.testing.assert_array_equal(degrade.downscale(picture[:, ::-1]), small[:, ::-1])
    np.testing.assert_array_equal(degrade.downscale(picture[..., 1]), small[..., 1])


BYTES = np.zeros((2, 3), np.uint8)


@pytest.mark.parametrize(
    ("act", "images", "message"),
    [
        (degrade.scale_to_unit, np.zeros((2, 3, 3)), r"images: expected uint8 of shape \(N, H, W\), found float64"),
        (degrade.scale_to_unit, BYTES, r"images: expected uint8 of shape \(N, H, W\), found uint8 of shape \(2, 3\)"),
        (degrade.scale_to_signed, np.zeros(3), "images: expected uint8, found float64"),
        (degrade.scale_to_bytes, [0, np.nan], "images: expected finite values"),
        (degrade.luma, BYTES, r"picture: expected uint8 of shape \(H, W, 3\), found"),
        (degrade.downscale, BYTES, r"picture: expected uint8 of shape \(3 h, 3 w\), found shape \(2, 3\)"),
        (degrade.downscale, np.zeros((6, 6, 4), np.uint8), r"picture: expected uint8 of shape \(H, W\) or \(H, W, 3\)"),
        (lambda x: degrade.overlay(x / 255, x), BYTES, r"^cover: expected floating-point .* in \[0, 1\], found uint8$"),
        (lambda x: degrade.overlay(x, x.T), BYTES / 1, r"cover: expected .* shape \(2, 3\), found \(3, 2\)"),
        (degrade.hide_centre, np.zeros((2, 5, 7)), r"windows: expected shape \(N, size, size\), found"),
        (degrade.hide_centre, np.zeros((2, 4, 4)), r"windows: expected an odd size of 3 or more, found shape \(2, 4"),
        (degrade.hide_centre, np.zeros((2, 1, 1)), r"windows: expected an odd size of 3 or more, found shape \(2, 1"),
    ],
)
def test_other_types_and_shapes_are_refused(act, images, message):
    with pytest.raises(ValueError, match=message):
        act(images)


@given(st.integers(1, 20), st.integers(1, 9), st.integers(0, 9), st.integers(1, 3), st.integers(0, 5))
def test_boxes_lie_inside_and_depend_on_the_seed_only(n, size, more, count, seed):
    shape = (size + more, size + 2)
    boxes, again = (
        degrade.draw_boxes(n, shape=shape, size=size, count=count, rng=np.random.default_rng(seed)) for _ in range(2)
    )
    assert (boxes.dtype, boxes.shape) == (np.int64, (n, count, 2))
    assert boxes.min() >= 0
    assert (boxes + size <= shape).all()
    np.testing.assert_array_equal(boxes, again)


def test_boxes_reach_every_place_and_another_seed_draws_others():
    drawn = [degrade.draw_boxes(500, shape=(6, 5), size=4, rng=np.random.default_rng(seed)) for seed in (0, 1)]
    assert {tuple(corner) for corner in drawn[0].reshape(-1, 2).tolist()} == {(r, c) for r in range(3) for c in (0, 1)}
    assert (drawn[0] != drawn[1]).any()


@pytest.mark.parametrize("wrong", [{"n": 0}, {"count": 0}, {"size": 0}, {"size": 6}])
def test_boxes_that_cannot_be_drawn_are_refused(wrong):
    with pytest.raises(ValueError, match=r"expected at least 1 each and boxes that fit, found .* for 9 x 5"):
        degrade.draw_boxes(**{"n": 1, "shape": (9, 5), "size": 3, "rng": np.random.default_rng(0), **wrong})


PICTURES = hnp.arrays(
    st.sampled_from([np.uint8, np.int16, np.float32]), st.sampled_from([(2, 9, 8), (2, 9, 8, 3), (2, 9, 8, 1)])
)


@given(PICTURES, hnp.arrays(np.int64, (2, 2, 2), elements=st.integers(0, 4)))
def test_erasing_boxes_empties_them_and_nothing_else(images, boxes):
    before = images.copy()
    erased, masks = degrade.erase_boxes(images, boxes, size=4)
    np.testing.assert_array_equal(images, before)
    assert erased.dtype == images.dtype
    assert (erased[masks] == 0).all()
    np.testing.assert_array_equal(erased[~masks], images[~masks])
    overlap = np.maximum(0, 4 - np.abs(boxes[:, 0] - boxes[:, 1])).prod(axis=1)
    np.testing.assert_array_equal(masks.sum(axis=(1, 2)), 2 * 4**2 - overlap)


@given(PICTURES, hnp.arrays(np.uint16, (2, 1, 2), elements=st.integers(0, 4)))
def test_what_was_cut_out_fills_the_hole_again(images, boxes):
    erased, masks = degrade.erase_boxes(images, boxes, size=4)
    cut = degrade.cut_boxes(images, boxes, size=4)
    assert cut.shape == (2, 1, 4, 4, *images.shape[3:])
    erased[masks] = cut.reshape(-1, *images.shape[3:])
    np.testing.assert_array_equal(erased, images)


@pytest.mark.parametrize(
    ("shape", "boxes", "message"),
    [
        ((9, 9), [[[0, 0]]], r"images: expected shape \(N, H, W\) or \(N, H, W, C\), found float64 of shape \(9, 9\)"),
        ((1, 9, 9), [[[0.0, 0]]], r"boxes: expected integers of shape \(1, count, 2\), found float64"),
        ((2, 9, 9), [[[0, 0]]], r"boxes: expected integers of shape \(2, count, 2\), found int64 of shape \(1, 1"),
        ((2, 9, 8), [[[5, 4]], [[5, 5]]], r"4 x 4 pixels inside pictures of 9 x 8, found \[5, 5\] in picture 1"),
        ((1, 9, 9), [[[0, 0], [-1, 0]]], r"inside pictures of 9 x 9, found \[-1, 0\] in picture 0"),
    ],
)
@pytest.mark.parametrize("act", [degrade.erase_boxes, degrade.cut_boxes])
def test_boxes_that_do_not_fit_are_refused(act, shape, boxes, message):
    with pytest.raises(ValueError, match=message):
        act(np.zeros(shape), np.array(boxes), size=4)


def test_boxes_without_pixels_are_refused():
    with pytest.raises(ValueError, match="boxes of 0 x 0 pixels"):
        degrade.erase_boxes(np.zeros((1, 9, 9)), np.zeros((1, 1, 2), int), size=0)
