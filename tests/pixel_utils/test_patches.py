"""Windows out of images and back: what is cut out comes back, wherever the windows lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pixel_utils import patches


@st.composite
def cuts(draw):
    """Images, a window that fits into them, and a stride that leaves no gaps."""
    height, width = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    size = draw(st.integers(1, min(height, width)))
    leading = draw(hnp.array_shapes(min_dims=0, max_dims=1, max_side=3))
    images = draw(hnp.arrays(np.float64, (*leading, height, width), elements=st.floats(-1, 1)))
    return images, size, draw(st.integers(1, size))


# The first draw imports SciPy's windows, which takes longer than a usual draw may.
@given(cuts(), st.one_of(st.none(), st.floats(0.5, 10)))
def test_what_is_cut_out_lies_where_positions_says_and_comes_back(cut, spread):
    images, size, stride = cut
    weight = None if spread is None else patches.gaussian_weight(size, spread)
    windows = patches.extract(images, size, stride)
    rows, columns = (patches.positions(length, size, stride) for length in images.shape[-2:])
    assert windows.shape == (*images.shape[:-2], len(rows), len(columns), size, size)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            expected = images[..., row : row + size, column : column + size]
            np.testing.assert_array_equal(windows[..., i, j, :, :], expected)
    back = patches.recompose(windows, images.shape[-2:], stride, weight=weight)
    np.testing.assert_allclose(back, images, atol=1e-12)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_positions_cover_the_axis_or_are_refused(length, size, stride):
    if not stride <= size <= length:
        with pytest.raises(ValueError, match="expected 1 <= stride <= window <= image"):
            patches.positions(length, size, stride)
        return
    starts = patches.positions(length, size, stride)
    assert {pixel for start in starts for pixel in range(start, start + size)} == set(range(length))
    assert ((np.diff(starts) >= 1) & (np.diff(starts) <= stride)).all()


def test_a_gaussian_weight_decides_between_windows_that_disagree():
    weight = patches.gaussian_weight(4, 1)
    np.testing.assert_allclose(weight, weight.T[::-1])
    windows = np.stack([np.zeros((4, 4)), np.ones((4, 4))])[None]
    blended = patches.recompose(windows, (4, 6), 2, weight=weight)
    assert (blended[:, :2] == 0).all()
    assert (blended[:, 4:] == 1).all()
    assert (blended[:, 2] < 0.5).all()
    assert (blended[:, 3] > 0.5).all()


@pytest.mark.parametrize(
    ("windows", "weight", "message"),
    [
        (np.zeros((1, 2, 4, 4)), None, r"windows: expected 2 x 2 of them to cover \(6, 6\), found shape \(1, 2"),
        (np.zeros((2, 2, 4, 4)), np.zeros((4, 4)), r"weight: expected positive numbers of shape \(4, 4\)"),
        (np.zeros((2, 2, 4, 4)), np.ones((3, 3)), r"weight: expected positive numbers of shape \(4, 4\)"),
        # Positive, but not in the precision of the windows.
        (np.zeros((2, 2, 4, 4), np.float32), np.full((4, 4), 1e-60), r"weight: expected positive numbers"),
    ],
)
def test_windows_and_weights_that_do_not_fit_are_refused(windows, weight, message):
    with pytest.raises(ValueError, match=message):
        patches.recompose(windows, (6, 6), 2, weight=weight)
