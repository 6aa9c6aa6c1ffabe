"""Run a model of small windows over pictures of any size."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def repair(frame, dead, predict, *, size=7, repeats=2, batch=50_000):
    """Fill in the dead pixels of a frame by a model that predicts the middle of a window.

    Dead pixels get the median of their valid neighbours first, so that a window with a second dead pixel holds a
    sensible value there. Then each is predicted from its window, and once more from windows that hold the first
    prediction. Beyond the border the frame is mirrored. All other pixels stay as they are.

    Parameters
    ----------
    frame : ndarray, shape (H, W), dtype uint16
        Raw counts; sides of at least ``size`` pixels.
    dead : ndarray of bool, shape (H, W)
        True where a pixel is dead; its value in ``frame`` is never read.
    predict : callable
        Called with windows, shape (N, size, size, 1), dtype float32; returns N counts. It should not depend on
        the middle of a window.
    size : int
        Side of a window, odd.
    repeats : int
        How often each dead pixel is predicted.
    batch : int
        How many windows are handed over at once, which bounds the memory.

    Returns
    -------
    ndarray, shape (H, W), dtype uint16
        Predictions are rounded and clipped to 0 to 65535.

    Raises
    ------
    ValueError
        If shape or dtype is another, the frame is too small, a 3 x 3 neighbourhood grown to ``size`` still has no
        valid pixel, or a prediction is not a finite number.
    """
    frame, dead = np.asarray(frame), np.asarray(dead)
    if frame.dtype != np.uint16 or frame.ndim != 2:
        raise ValueError(f"frame: expected uint16 of shape (H, W), found {frame.dtype} of shape {frame.shape}")
    if dead.dtype != bool or dead.shape != frame.shape:
        raise ValueError(f"dead: expected bool of shape {frame.shape}, found {dead.dtype} of shape {dead.shape}")
    if size % 2 == 0 or size < 3 or min(frame.shape) < size:
        raise ValueError(f"size: expected an odd number from 3 to the frame's {min(frame.shape)}, found {size}")
    rows, columns = np.nonzero(dead)
    filled = np.where(dead, np.nan, frame.astype(np.float64))
    _prefill(filled, rows, columns, size)
    for _ in range(repeats if len(rows) else 0):
        windows = sliding_window_view(np.pad(filled, size // 2, mode="reflect"), (size, size))
        predicted = [
            np.asarray(predict(windows[rows[i : i + batch], columns[i : i + batch], :, :, None].astype(np.float32)))
            for i in range(0, len(rows), batch)
        ]
        predicted = np.concatenate(predicted).reshape(-1)
        if predicted.shape != rows.shape or not np.isfinite(predicted).all():
            raise ValueError(f"predict: expected {len(rows)} finite counts, found shape {predicted.shape}")
        filled[rows, columns] = predicted
    return np.rint(filled.clip(0, 65535)).astype(np.uint16)


def _prefill(filled, rows, columns, size):
    """Put the median of the valid neighbours where NaN is; look further away where all neighbours are dead."""
    padded = np.pad(filled, size // 2, mode="reflect")
    left = np.arange(len(rows))
    for side in range(3, size + 1, 2):
        if not len(left):
            return
        cut = slice((size - side) // 2, (size - side) // 2 + side)
        windows = sliding_window_view(padded, (size, size))[rows[left], columns[left], cut, cut].reshape(len(left), -1)
        valid = ~np.isnan(windows).all(axis=1)
        filled[rows[left[valid]], columns[left[valid]]] = np.nanmedian(windows[valid], axis=1)
        left = left[~valid]
    if len(left):
        raise ValueError(f"dead: {len(left)} pixels have no valid one within {size} x {size} around them")
