"""Corruptions: their properties, not anecdotes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pixel_utils import degrade

UNIT = hnp.arrays(np.float64, (2, 3, 3), elements=st.floats(0, 1))


@given(UNIT, UNIT)
def test_overlay_is_symmetric_and_bounds_the_target(target, cover):
    mean = degrade.overlay(target, cover)
    np.testing.assert_array_equal(mean, degrade.overlay(cover, target))
    assert mean.min() >= 0
    assert mean.max() <= 1
    assert (np.maximum(0, 2 * mean - 1) <= target + 1e-12).all()
    assert (target <= np.minimum(1, 2 * mean) + 1e-12).all()


def test_overlay_refuses_other_shapes():
    with pytest.raises(ValueError, match=r"expected the target's shape \(2, 3\), found \(3, 2\)"):
        degrade.overlay(np.zeros((2, 3)), np.zeros((3, 2)))


def test_overlay_leaves_its_inputs_alone():
    target = np.ones((1, 2, 2))
    degrade.overlay(target, np.zeros((1, 2, 2)))
    assert (target == 1).all()


@given(st.integers(1, 60), st.integers(1, 20), st.integers(0, 5))
def test_every_cover_is_used_before_one_is_used_again(n_targets, n_covers, seed):
    covers = degrade.draw_covers(n_targets, n_covers, rng=np.random.default_rng(seed))
    counts = np.bincount(covers, minlength=n_covers)
    assert len(covers) == n_targets
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize(("n_targets", "n_covers"), [(5, 0), (5, -1), (0, 5)])
def test_no_targets_or_covers_are_refused(n_targets, n_covers):
    with pytest.raises(ValueError, match=f"expected at least 1 of each, found {n_targets} and {n_covers}"):
        degrade.draw_covers(n_targets, n_covers, rng=np.random.default_rng(0))


def test_covers_depend_on_the_seed_only():
    draw = [degrade.draw_covers(50, 50, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert (draw[0] == draw[1]).all()
    assert (draw[0] != draw[2]).any()


def test_scale_to_unit():
    images = np.array([[[0, 51, 255]]], np.uint8)
    scaled = degrade.scale_to_unit(images)
    assert scaled.dtype == np.float32
    assert scaled.shape == (1, 1, 3, 1)
    np.testing.assert_allclose(scaled[0, 0, :, 0], [0, 0.2, 1], rtol=1e-6)


@pytest.mark.parametrize(
    ("images", "found"),
    [
        (np.zeros((2, 3, 3)), r"float64 of shape \(2, 3, 3\)"),
        (np.full((2, 3, 3), np.nan), r"float64 of shape \(2, 3, 3\)"),
        (np.zeros((3, 3), np.uint8), r"uint8 of shape \(3, 3\)"),
        (np.zeros((0, 3, 3), np.uint8), r"uint8 of shape \(0, 3, 3\)"),
        ([], r"float64 of shape \(0,\)"),
    ],
)
def test_scale_to_unit_refuses_other_types_and_shapes(images, found):
    with pytest.raises(
        ValueError, match=rf"images: expected uint8 of shape \(N, H, W\), none of them 0, found {found}"
    ):
        degrade.scale_to_unit(images)


@given(hnp.arrays(np.uint16, st.tuples(st.integers(1, 4), st.just(5), st.just(5))), st.integers(0, 65535))
def test_hiding_the_centre_changes_nothing_else_and_can_be_undone(windows, fill):
    before = windows.copy()
    hidden, centres = degrade.hide_centre(windows, fill)
    assert hidden.dtype == centres.dtype == windows.dtype
    assert (hidden[:, 2, 2] == fill).all()
    hidden[:, 2, 2] = centres
    np.testing.assert_array_equal(hidden, before)
    np.testing.assert_array_equal(windows, before)


@pytest.mark.parametrize("shape", [(5, 5), (2, 4, 4), (2, 5, 7), (2, 1, 1), (2, 5, 5, 1)])
def test_hiding_the_centre_refuses_windows_without_one(shape):
    with pytest.raises(ValueError, match="expected shape"):
        degrade.hide_centre(np.zeros(shape))


BYTES = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=3, max_side=8))


@given(BYTES)
def test_signed_values_give_their_bytes_back(images):
    signed = degrade.scale_to_signed(images)
    assert signed.dtype == np.float32
    assert np.abs(signed).max() <= 1
    np.testing.assert_array_equal(degrade.scale_to_bytes(signed), images)


def test_values_outside_the_range_become_black_and_white():
    np.testing.assert_array_equal(degrade.scale_to_bytes(np.array([-3, -1, 1, 3])), [0, 0, 255, 255])


def test_scaling_refuses_what_is_no_byte_and_no_number():
    with pytest.raises(ValueError, match="expected uint8, found float64"):
        degrade.scale_to_signed(np.zeros(3))
    with pytest.raises(ValueError, match="expected finite values"):
        degrade.scale_to_bytes(np.array([0, np.nan]))


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


@pytest.mark.parametrize(
    "picture", [np.zeros((4, 6), np.uint8), np.zeros((6, 6)), np.zeros((6, 6, 4), np.uint8), np.zeros((0, 3), np.uint8)]
)
def test_luma_and_downscale_refuse_other_pictures(picture):
    with pytest.raises(ValueError, match=r"picture: expected uint8 of shape .*, found"):
        degrade.downscale(picture)
    with pytest.raises(ValueError, match=r"picture: expected uint8 of shape \(H, W, 3\), found"):
        degrade.luma(picture)
