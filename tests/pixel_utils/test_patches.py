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
def test_what_is_cut_out_comes_back(cut, spread):
    images, size, stride = cut
    weight = None if spread is None else patches.gaussian_weight(size, spread)
    windows = patches.extract(images, size, stride)
    back = patches.recompose(windows, images.shape[-2:], stride, weight=weight)
    np.testing.assert_allclose(back, images, atol=1e-12)


@given(cuts())
def test_windows_lie_where_positions_says(cut):
    images, size, stride = cut
    windows = patches.extract(images, size, stride)
    rows, columns = (patches.positions(length, size, stride) for length in images.shape[-2:])
    assert windows.shape == (*images.shape[:-2], len(rows), len(columns), size, size)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            expected = images[..., row : row + size, column : column + size]
            np.testing.assert_array_equal(windows[..., i, j, :, :], expected)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_positions_cover_the_axis_or_are_refused(length, size, stride):
    if not stride <= size <= length:
        with pytest.raises(ValueError, match="expected 1 <= stride <= window <= image"):
            patches.positions(length, size, stride)
        return
    starts = patches.positions(length, size, stride)
    covered = {pixel for start in starts for pixel in range(start, start + size)}
    assert covered == set(range(length))
    assert (np.diff(starts) >= 1).all()
    assert (np.diff(starts) <= stride).all()


def test_a_weight_decides_between_windows_that_disagree():
    windows = np.stack([np.zeros((4, 4)), np.ones((4, 4))])[None]
    blended = patches.recompose(windows, (4, 6), 2, weight=patches.gaussian_weight(4, 1))
    assert (blended[:, :2] == 0).all()
    assert (blended[:, 4:] == 1).all()
    assert (blended[:, 2] < 0.5).all()
    assert (blended[:, 3] > 0.5).all()


def test_windows_that_do_not_cover_the_image_are_refused():
    with pytest.raises(ValueError, match=r"windows: expected 2 x 2 of them to cover \(6, 6\), found shape \(1, 2"):
        patches.recompose(np.zeros((1, 2, 4, 4)), (6, 6), 2)


@pytest.mark.parametrize("weight", [np.zeros((4, 4)), np.ones((3, 3))])
def test_weights_that_are_not_positive_or_do_not_fit_are_refused(weight):
    with pytest.raises(ValueError, match=r"weight: expected positive numbers of shape \(4, 4\)"):
        patches.recompose(np.zeros((2, 2, 4, 4)), (6, 6), 2, weight=weight)


def test_a_weight_that_vanishes_in_the_windows_precision_is_refused():
    weight = patches.gaussian_weight(33, 1.0)
    assert (weight > 0).all()
    with pytest.raises(ValueError, match=r"expected positive numbers of shape \(33, 33\)"):
        patches.recompose(np.ones((1, 1, 33, 33), np.float32), (33, 33), 8, weight=weight)


def test_a_gaussian_weight_is_highest_in_the_middle_and_symmetric():
    weight = patches.gaussian_weight(5, 1.5)
    assert weight[2, 2] == weight.max() == 1
    np.testing.assert_allclose(weight, weight.T)
    np.testing.assert_allclose(weight, weight[::-1])


def test_prepared_windows_come_back_as_they_were(tmp_path):
    windows, centres = np.arange(50, dtype=np.uint16).reshape(2, 5, 5), np.array([7, 9], np.uint16)
    patches.save_windows(tmp_path / "windows.npz", windows, centres)
    loaded = patches.load_windows(tmp_path / "windows.npz")
    np.testing.assert_array_equal(loaded[0], windows)
    np.testing.assert_array_equal(loaded[1], centres)
    assert [path.name for path in tmp_path.iterdir()] == ["windows.npz"]


@pytest.mark.parametrize(
    ("shape", "count"), [((2, 4, 4), 2), ((2, 5, 3), 2), ((2, 5, 5), 3), ((5, 5), 5), ((0, 5, 5), 0)]
)
def test_windows_that_do_not_fit_are_refused(tmp_path, shape, count):
    with pytest.raises(ValueError, match=r"w\.npz: (windows|centres): expected (numbers of shape|an odd size)"):
        patches.save_windows(tmp_path / "w.npz", np.zeros(shape), np.zeros(count))
    np.savez(tmp_path / "w.npz", windows=np.zeros(shape), centres=np.zeros(count))
    with pytest.raises(ValueError, match=r"w\.npz: (windows|centres): expected (numbers of shape|an odd size)"):
        patches.load_windows(tmp_path / "w.npz")


def test_windows_from_foreign_files_are_refused(tmp_path):
    (tmp_path / "text.npz").write_text("no archive")
    np.savez(tmp_path / "pickled.npz", windows=np.array([{}], object), centres=np.zeros(1))
    np.savez(tmp_path / "other.npz", pixels=np.zeros(3))
    with open(tmp_path / "bare.npz", "wb") as file:
        np.save(file, np.zeros((2, 5, 5)))
    for name in ("text", "pickled", "other", "bare"):
        with pytest.raises(ValueError, match=rf"{name}\.npz: expected a NumPy archive of windows and centres"):
            patches.load_windows(tmp_path / f"{name}.npz")
    with pytest.raises(FileNotFoundError, match="expected prepared windows"):
        patches.load_windows(tmp_path / "nowhere.npz")


@pytest.mark.parametrize("spoilt", ["windows", "centres"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_windows_with_values_that_are_not_finite_are_refused(tmp_path, spoilt, value):
    arrays = {"windows": np.ones((2, 5, 5)), "centres": np.ones(2)}
    arrays[spoilt].flat[1] = value
    np.savez(tmp_path / "w.npz", **arrays)
    for act in (lambda: patches.load_windows(tmp_path / "w.npz"), lambda: patches.save_windows("w.npz", **arrays)):
        with pytest.raises(ValueError, match=rf"w\.npz: {spoilt}: expected finite values, found NaN or infinity 1"):
            act()


@pytest.mark.parametrize("spoilt", ["windows", "centres"])
def test_masked_values_are_refused(tmp_path, spoilt):
    arrays = {"windows": np.ones((2, 5, 5)), "centres": np.ones(2)}
    arrays[spoilt] = np.ma.masked_where(
        np.arange(arrays[spoilt].size).reshape(arrays[spoilt].shape) == 1, arrays[spoilt]
    )
    with pytest.raises(ValueError, match=rf"w\.npz: {spoilt}: expected values without a mask, found 1 masked"):
        patches.save_windows(tmp_path / "w.npz", **arrays)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("offset", [6, 8, 40])
def test_a_spoilt_archive_is_refused_by_name(tmp_path, offset):
    """Bits of its directory say that a part is encrypted or packed in another way; or the packed bytes are wrong."""
    patches.save_windows(tmp_path / "w.npz", np.ones((2, 5, 5)), np.ones(2))
    content = bytearray((tmp_path / "w.npz").read_bytes())
    directory = content.find(b"PK\x01\x02") + 2
    content[offset if offset > 20 else directory + offset] ^= 0x61
    (tmp_path / "w.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"w\.npz: expected a NumPy archive of windows and centres"):
        patches.load_windows(tmp_path / "w.npz")


def test_windows_of_text_are_refused(tmp_path):
    np.savez(tmp_path / "w.npz", windows=np.full((2, 3, 3), "7"), centres=np.ones(2))
    with pytest.raises(ValueError, match=r"w\.npz: windows: expected numbers of shape .* found <U1 of shape"):
        patches.load_windows(tmp_path / "w.npz")
