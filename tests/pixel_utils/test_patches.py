"""Windows out of images and back: what is cut out comes back, wherever the windows lie."""

import numpy as np
import pytest
from hypothesis import given, settings
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
@settings(deadline=None)
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


def test_prepared_windows_come_back_as_they_were(tmp_path):
    windows, centres = np.arange(50, dtype=np.uint16).reshape(2, 5, 5), np.array([7, 9], np.uint16)
    patches.save_windows(tmp_path / "windows.npz", windows, centres)
    loaded = patches.load_windows(tmp_path / "windows.npz")
    np.testing.assert_array_equal(loaded[0], windows)
    np.testing.assert_array_equal(loaded[1], centres)


GOOD = np.ones((2, 5, 5))
SPOILT = np.where(np.arange(50).reshape(2, 5, 5) == 7, np.inf, 1)


@pytest.mark.parametrize(
    ("windows", "centres", "message"),
    [
        (np.ones((2, 4, 4)), np.ones(2), "windows: expected an odd size"),
        (np.ones((2, 5, 3)), np.ones(2), "windows: expected numbers of shape"),
        (GOOD, np.ones(3), "centres: expected numbers of shape"),
        (np.ones((5, 5)), np.ones(5), "windows: expected numbers of shape"),
        (np.full((2, 3, 3), "7"), np.ones(2), "windows: expected numbers of shape .* found <U1 of shape"),
        (SPOILT, np.ones(2), "windows: expected finite values, found NaN or infinity 1"),
        (GOOD, [1, np.nan], "centres: expected finite values, found NaN or infinity 1"),
    ],
)
def test_prepared_windows_that_do_not_fit_are_refused(tmp_path, windows, centres, message):
    path = tmp_path / "w.npz"
    with pytest.raises(ValueError, match=rf"w\.npz: {message}"):
        patches.save_windows(path, windows, centres)
    assert not path.exists()
    np.savez(path, windows=windows, centres=centres)
    with pytest.raises(ValueError, match=rf"w\.npz: {message}"):
        patches.load_windows(path)


@pytest.mark.parametrize("spoilt", ["windows", "centres"])
def test_masked_values_are_refused(tmp_path, spoilt):
    arrays = {"windows": GOOD, "centres": np.ones(2)}
    arrays[spoilt] = np.ma.array(arrays[spoilt], mask=np.arange(arrays[spoilt].size) == 1)
    with pytest.raises(ValueError, match=rf"w\.npz: {spoilt}: expected values without a mask, found 1 masked"):
        patches.save_windows(tmp_path / "w.npz", **arrays)


def test_windows_from_foreign_files_are_refused(tmp_path):
    np.savez(tmp_path / "other.npz", pixels=np.zeros(3))
    with pytest.raises(ValueError, match=r"other\.npz: expected prepared windows and centres, found arrays \['pixels"):
        patches.load_windows(tmp_path / "other.npz")
    with pytest.raises(FileNotFoundError, match="expected prepared windows, found no such file"):
        patches.load_windows(tmp_path / "nowhere.npz")
