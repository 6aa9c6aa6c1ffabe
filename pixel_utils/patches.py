"""Cut images into overlapping windows, put windows back together into images, and keep them in files."""

import os
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from pixel_utils.files import place


def positions(length, size, stride):
    """Return the first pixel of each window along one axis.

    Windows begin every ``stride`` pixels; the last one ends with the image, so it may overlap more.

    Parameters
    ----------
    length, size, stride : int
        Of the image, of a window and from one window to the next, in pixels.

    Returns
    -------
    ndarray of int

    Raises
    ------
    ValueError
        If the windows do not fit into the image, or leave gaps.
    """
    if not 1 <= stride <= size <= length:
        raise ValueError(
            f"expected 1 <= stride <= window <= image, in pixels, found a stride of {stride}, "
            f"a window of {size} and an image of {length}"
        )
    return np.append(np.arange(0, length - size, stride), length - size)


def extract(images, size, stride):
    """Cut square windows out of images.

    Parameters
    ----------
    images : ndarray, shape (..., H, W)
        Images of any type; rows and columns are the last two axes.
    size : int
        Side of a window, in pixels.
    stride : int
        Distance between neighbouring windows, in pixels, at most ``size``; see :func:`positions` for the last one.

    Returns
    -------
    ndarray, shape (..., n_rows, n_cols, size, size)
        A copy, of the same type.

    Raises
    ------
    ValueError
        As :func:`positions` does.
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
        Windows in the order :func:`extract` returns them.
    shape : tuple of int
        Height and width of an image, in pixels.
    stride : int
        Distance between neighbouring windows, in pixels, as given to :func:`extract`.
    weight : ndarray, shape (size, size), optional
        Positive weight of each pixel of a window; uniform by default. :func:`gaussian_weight` hides seams.

    Returns
    -------
    ndarray, shape (..., H, W), float32 or, for float64 windows and integers of more than 16 bits, float64

    Raises
    ------
    ValueError
        If the windows do not cover ``shape``, or a weight is not positive in the precision of the result.
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
    """Return the weights of a window: highest in the middle, falling off as a Gaussian.

    Parameters
    ----------
    size : int
        Side of the window, in pixels.
    spread : float
        Standard deviation, in pixels.

    Returns
    -------
    ndarray, shape (size, size), at most 1
    """
    from scipy.signal.windows import gaussian

    line = gaussian(size, spread)
    return np.outer(line, line)


def save_windows(path, windows, centres):
    """Save windows whose centre is hidden, and the hidden centres, as prepared PixelNet arrays.

    Parameters
    ----------
    path : str or Path
        Where the ``.npz`` file goes.
    windows : ndarray, shape (N, size, size)
        Counts; ``size`` is odd.
    centres : ndarray, shape (N,)
        The count that belongs into the middle of each window.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, there is no window, or a value is masked or not finite.
    OSError
        If the file cannot be written; then none is left half-written.
    """
    _check_windows(path, windows, centres)

    def write(part):
        with open(part, "wb") as file:
            np.savez_compressed(file, windows=windows, centres=centres)

    place(path, write)


def load_windows(path):
    """Load prepared PixelNet arrays, as :func:`save_windows` writes them.

    Parameters
    ----------
    path : str or Path
        An ``.npz`` file with the arrays ``windows`` and ``centres``; pickled objects are refused.

    Returns
    -------
    windows : ndarray, shape (N, size, size)
    centres : ndarray, shape (N,)

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such archive, holds pickled objects, or as :func:`save_windows` does.
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
    _check_windows(path, windows, centres)
    return windows, centres


def _check_windows(path, windows, centres):
    square = windows.ndim == 3 and windows.shape[1] == windows.shape[2] and windows.shape[1] % 2 == 1
    if not square or centres.shape != windows.shape[:1] or not len(windows):
        raise ValueError(
            f"{path}: expected windows of shape (N, size, size) with an odd size and centres of shape (N,), at least "
            f"one, found {windows.shape} and {centres.shape}"
        )
    for name, values in {"windows": windows, "centres": centres}.items():
        if np.ma.is_masked(values):
            count = np.ma.count_masked(values)
            raise ValueError(f"{path}: expected values without a mask, found {count} masked ones in {name}")
        if values.dtype.kind not in "biuf" or not np.isfinite(values).all():
            count = np.count_nonzero(~np.isfinite(values)) if values.dtype.kind == "f" else len(values)
            raise ValueError(f"{path}: expected finite numbers, found {count} others in {name} ({values.dtype})")
