"""Run a model over a picture of any size, a piece at a time, so that memory does not grow with the picture."""

import itertools
import warnings

import numpy as np
import PIL.Image
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage

from pixel_utils.checks import check_array, require
from pixel_utils.degrade import scale_to_bytes, scale_to_signed
from pixel_utils.patches import positions

SMALLEST = 16


def enlarge(picture, predict, *, tile=128, overlap=48):
    """Enlarge a picture by 1.5 in tiles: luminance by a model, colour by bicubic interpolation.

    Neighbouring tiles overlap, and each gives only what lies nearer to its own middle. If a pixel of the output
    depends on input pixels at most ``overlap // 2 - 1`` away, the result is what the model makes of the whole picture.

    Parameters
    ----------
    picture : ndarray, shape (H, W) or (H, W, 3), dtype uint8
        Luminance, or red, green and blue. The result has 1.5 times the sides, rounded down.
    predict : callable
        A Keras model, say: given float32 in [-1, 1] of shape (1, h, w, 1), h and w even and at least 16,
        it returns shape (1, 1.5 h, 1.5 w, 1).
    tile, overlap : int
        Side of a tile, and how much of it neighbours share, in pixels of the input, both even.
    """
    picture = check_array("picture", picture, "uint8", "(H, W) or (H, W, 3)")
    right = tile % 2 == overlap % 2 == 0 and tile >= SMALLEST and 0 <= overlap < tile
    expected = f"even numbers, the tile at least {SMALLEST} and larger than the overlap"
    require(right, "tile, overlap", expected, f"{tile} and {overlap}")
    if picture.ndim == 2:
        return _enlarge_luminance(picture, predict, tile, overlap)
    luminance, *colour = PIL.Image.fromarray(picture).convert("YCbCr").split()
    enlarged = PIL.Image.fromarray(_enlarge_luminance(np.asarray(luminance), predict, tile, overlap))
    box = (0, 0, enlarged.width / 1.5, enlarged.height / 1.5)
    colour = [channel.resize(enlarged.size, PIL.Image.Resampling.BICUBIC, box=box) for channel in colour]
    return np.asarray(PIL.Image.merge("YCbCr", [enlarged, *colour]).convert("RGB"))


def _enlarge_luminance(picture, predict, tile, overlap):
    missing = [(0, max(length % 2, SMALLEST - length)) for length in picture.shape]
    padded = np.pad(picture, missing, mode="edge")
    enlarged = np.empty([length * 3 // 2 for length in padded.shape], np.uint8)
    for axes in itertools.product(*(_tiles(length, tile, overlap) for length in padded.shape)):
        seen, inner, outer = zip(*axes, strict=True)
        window = scale_to_signed(padded[seen])[None, ..., None]
        predicted = np.asarray(predict(window))
        expected = (1, window.shape[1] * 3 // 2, window.shape[2] * 3 // 2, 1)
        require(predicted.shape == expected, "predict", f"shape {expected} for {window.shape}", predicted.shape)
        enlarged[outer] = scale_to_bytes(predicted[0, ..., 0][inner])
    return enlarged[tuple(slice(length * 3 // 2) for length in picture.shape)]


def _tiles(length, tile, overlap):
    """Return for each tile along an axis what it sees, the part of its output that counts, and where that stands."""
    tile = min(tile, length)
    starts = positions(length, tile, max(2, tile - overlap)).tolist()
    # Halfway between the end of one tile and the start of the next, on an even pixel.
    borders = [0, *((one + other + tile) // 4 * 2 for one, other in itertools.pairwise(starts)), length]
    found = []
    for start, (first, last) in zip(starts, itertools.pairwise(borders), strict=True):
        inner, outer = ((edge[0] * 3 // 2, edge[1] * 3 // 2) for edge in ((first - start, last - start), (first, last)))
        found.append((slice(start, start + tile), slice(*inner), slice(*outer)))
    return found


def repair(frame, dead, predict, *, size=7, repeats=2, batch=50_000):
    """Fill in the dead pixels of a frame by a model that predicts the middle of a window.

    Dead pixels get the median of their valid neighbours first, so that a window with a second dead pixel holds a
    sensible value there. Then each is predicted ``repeats`` times, from windows that hold the last prediction. Beyond
    the border the frame is mirrored. All other pixels stay as they are, and so do dead ones without a valid pixel in
    their window, such as the middle of a wide dead border; a warning counts them.

    Parameters
    ----------
    frame : ndarray, shape (H, W), dtype uint16
        Raw counts; sides of at least ``size`` pixels. Predictions are rounded and clipped to 0 to 65535.
    dead : ndarray of bool, shape (H, W)
        True where a pixel is dead; its value in ``frame`` is never read. One pixel at least is not.
    predict : callable
        Called with windows, shape (N, size, size, 1), dtype float32, at most ``batch`` at once, which bounds the
        memory; returns N finite counts. It should not depend on the middle of a window; ``size`` is odd.
    """
    frame = check_array("frame", frame, "uint16", "(H, W)")
    dead = check_array("dead", dead, "bool", str(frame.shape))
    side = min(frame.shape)
    require(size % 2 and 3 <= size <= side, "size", f"an odd number from 3 to the frame's {side}", size)
    require(not dead.all(), "dead", "at least one valid pixel", f"none in {frame.shape}")
    filled = np.where(dead, np.nan, frame.astype(np.float64))
    _prefill(filled, *np.nonzero(dead), size, batch)
    hopeless = np.isnan(filled)
    if hopeless.any():
        seen = f"{hopeless.sum()} of {dead.sum()} pixels have no valid one within {size} x {size} around them"
        warnings.warn(f"dead: {seen} and stay as they are", stacklevel=2)
        # In windows of others stands the nearest value that there is.
        nearest = ndimage.distance_transform_edt(hopeless, return_distances=False, return_indices=True)
        filled = filled[tuple(nearest)]
    rows, columns = np.nonzero(dead & ~hopeless)
    for _ in range(repeats if len(rows) else 0):
        windows = sliding_window_view(np.pad(filled, size // 2, mode="reflect"), (size, size))
        predicted = []
        for i in range(0, len(rows), batch):
            here = windows[rows[i : i + batch], columns[i : i + batch], :, :, None]
            predicted.append(np.ravel(predict(here.astype(np.float32))))
        predicted = np.concatenate(predicted)
        right = predicted.shape == rows.shape and np.isfinite(predicted).all()
        require(right, "predict", f"{len(rows)} finite counts", f"{np.isfinite(predicted).sum()} of {predicted.size}")
        filled[rows, columns] = predicted
    return np.where(hopeless, frame, np.rint(filled.clip(0, 65535)).astype(np.uint16))


def _prefill(filled, rows, columns, size, batch):
    """Put the median of the valid neighbours where NaN is; look further away where all are dead, up to a window."""
    views = sliding_window_view(np.pad(filled, size // 2, mode="reflect"), (size, size))
    for start in range(0, len(rows), batch):
        here, there = rows[start : start + batch], columns[start : start + batch]
        for side in range(3, size + 1, 2):
            cut = slice((size - side) // 2, (size - side) // 2 + side)
            windows = views[here, there, cut, cut].reshape(len(here), side * side)
            valid = ~np.isnan(windows).all(axis=1)
            filled[here[valid], there[valid]] = np.nanmedian(windows[valid], axis=1)
            here, there = here[~valid], there[~valid]
