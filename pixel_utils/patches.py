"""Cut images into overlapping windows, put windows back together into images, and keep them in files."""

import os
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pixel_utils.checks import check_array
from pixel_utils.files import place


def positions(length, size, stride):
    """Return the first pixel of each window of ``size`` pixels along an axis of ``length``, as an array of int.

    Windows begin every ``stride`` pixels, at most ``size``; the last one ends with the image, so it may overlap more.
    """
    if not 1 <= stride <= size <= length:
        raise ValueError(
            f"expected 1 <= stride <= window <= image, in pixels, found a stride of {stride}, "
            f"a window of {size} and an image of {length}"
        )
    return np.append(np.arange(0, length - size, stride), length - size)


def extract(images, size, stride):
    """Cut square windows out of images, where :func:`positions` says.

    Parameters
    ----------
    images : ndarray, shape (..., H, W)
        Of any type; rows and columns are the last two axes.
    size, stride : int
        Side of a window, and distance of neighbours, in pixels.

    Returns
    -------
    ndarray, shape (..., n_rows, n_cols, size, size)
        A copy, of the same type.
    """
    images = np.asarray(images)
    rows, columns = (positions(length, size, stride) for length in images.shape[-2:])
    windows = sliding_window_view(images, (size, size), axis=(-2, -1))
    return windows[..., rows[:, None], columns, :, :]


def recompose(windows, shape, stride, *, weight=None):
    """Blend overlapping windows back into images: where windows overlap, their weighted mean.

    Parameters
    ----------
    windows : ndarray, shape (..., n_rows, n_cols, size, size)
        As :func:`extract` returns them.
    shape : tuple of int
        Height and width of an image, in pixels.
    stride : int
        As given to :func:`extract`.
    weight : ndarray, shape (size, size), optional
        Positive weight of each pixel of a window, in the precision of the result; uniform by default.
        :func:`gaussian_weight` hides seams.

    Returns
    -------
    ndarray, shape (..., H, W), float32 or, for float64 windows and integers of more than 16 bits, float64
    """
    windows = np.asarray(windows)
    size = windows.shape[-1]
    weight = np.ones((size, size)) if weight is None else np.asarray(weight)
    weight = weight.astype(np.result_type(windows, np.float32))
    if weight.shape != (size, size) or not (weight > 0).all():
        raise ValueError(
            f"weight: expected positive numbers of shape {(size, size)}, found {weight.shape} from {weight.min():g}"
        )
    rows, columns = (positions(length, size, stride) for length in shape)
    if windows.shape[-4:] != (len(rows), len(columns), size, size):
        raise ValueError(
            f"windows: expected {len(rows)} x {len(columns)} of them to cover {shape}, found shape {windows.shape}"
        )
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


def save_windows(path, windows, centres):
    """Save windows whose centre is hidden, and the hidden centres, as prepared PixelNet arrays.

    Parameters
    ----------
    path : str or Path
        Where the ``.npz`` file goes; it is written whole or not at all.
    windows : ndarray, shape (N, size, size)
        Finite counts; ``size`` is odd.
    centres : ndarray, shape (N,)
        The count that belongs into the middle of each window.
    """
    windows, centres = _check_windows(path, windows, centres)

    def write(part):
        with open(part, "wb") as file:
            np.savez_compressed(file, windows=windows, centres=centres)

    place(path, write)


def load_windows(path):
    """Load prepared PixelNet arrays, windows and centres, as :func:`save_windows` writes them.

    What is no such archive is refused, and so are pickled objects, which could run code.
    """
    file = Path(os.path.expanduser(path))
    if not file.is_file():
        raise FileNotFoundError(f"{path}: expected prepared windows, found no such file")
    try:
        # Opened here, so that it is closed also if it is no archive.
        with open(file, "rb") as opened:
            archive = np.load(opened, allow_pickle=False)
            if isinstance(archive, np.ndarray):
                raise ValueError(f"found a bare array of shape {archive.shape}")
            windows, centres = archive["windows"], archive["centres"]
    # Parts may be encrypted, packed in unknown ways, or broken in any.
    except Exception as error:
        raise ValueError(f"{path}: expected a NumPy archive of windows and centres ({error})") from None
    return _check_windows(path, windows, centres)


def _check_windows(path, windows, centres):
    windows = check_array(f"{path}: windows", windows, "numbers", "(N, size, size)", finite=True)
    if windows.shape[1] % 2 == 0:
        raise ValueError(f"{path}: windows: expected an odd size, found shape {windows.shape}")
    return windows, check_array(f"{path}: centres", centres, "numbers", f"({len(windows)},)", finite=True)
