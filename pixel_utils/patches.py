"""Cut images into overlapping windows, and put windows back together into images."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pixel_utils.checks import require


def positions(length, size, stride):
    """Return the first pixel of each window of ``size`` pixels along an axis of ``length``, as an array of int.

    Windows begin every ``stride`` pixels, at most ``size``; the last one ends with the image, so it may overlap more.
    """
    found = f"{stride}, {size} and {length} pixels"
    require(1 <= stride <= size <= length, "stride, window, image", "1 <= stride <= window <= image", found)
    return np.append(np.arange(0, length - size, stride), length - size)


def extract(images, size, stride):
    """Cut square windows of ``size`` pixels out of images, where :func:`positions` says.

    Images of shape (..., H, W) and any type give a copy of shape (..., n_rows, n_cols, size, size).
    """
    images = np.asarray(images)
    rows, columns = (positions(length, size, stride) for length in images.shape[-2:])
    windows = sliding_window_view(images, (size, size), axis=(-2, -1))
    return windows[..., rows[:, None], columns, :, :]


def recompose(windows, shape, stride, *, weight=None):
    """Blend overlapping windows, as :func:`extract` cuts them, back into images by their weighted mean.

    Parameters
    ----------
    windows : ndarray, shape (..., n_rows, n_cols, size, size)
    shape : tuple of int
        Height and width of an image, in pixels.
    stride : int
        As given to :func:`extract`.
    weight : ndarray, shape (size, size), optional
        Positive weight of each pixel of a window, uniform by default; :func:`gaussian_weight` hides seams.

    Returns
    -------
    ndarray, shape (..., H, W), float32 or, for float64 windows and integers of more than 16 bits, float64
    """
    windows = np.asarray(windows)
    size = windows.shape[-1]
    weight = np.ones((size, size)) if weight is None else np.asarray(weight)
    weight = weight.astype(np.result_type(windows, np.float32))
    right = weight.shape == (size, size) and (weight > 0).all()
    require(right, "weight", f"positive numbers of shape {(size, size)}", f"{weight.shape} from {weight.min():g}")
    rows, columns = (positions(length, size, stride) for length in shape)
    covers = windows.shape[-4:] == (len(rows), len(columns), size, size)
    require(covers, "windows", f"{len(rows)} x {len(columns)} of them to cover {shape}", f"shape {windows.shape}")
    total = np.zeros((*windows.shape[:-4], *shape), weight.dtype)
    weights = np.zeros(shape, weight.dtype)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            square = (..., slice(row, row + size), slice(column, column + size))
            total[square] += weight * windows[..., i, j, :, :]
            weights[square] += weight
    return total / weights


def gaussian_weight(size, spread):
    """Return weights of shape (size, size), a Gaussian of a standard deviation of ``spread`` pixels, at most 1."""
    from scipy.signal.windows import gaussian

    line = gaussian(size, spread)
    return np.outer(line, line)
