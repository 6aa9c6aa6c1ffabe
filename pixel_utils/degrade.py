"""Corrupt clean images in known ways, so that a model can learn to undo them."""

import numpy as np
import PIL.Image


def scale_to_unit(images):
    """Turn 8-bit images into float32 in [0, 1] with a channel axis, as Keras expects them.

    Parameters
    ----------
    images : ndarray, shape (N, H, W), dtype uint8
        At least one image of at least one pixel.

    Returns
    -------
    ndarray, shape (N, H, W, 1), dtype float32, in [0, 1]

    Raises
    ------
    ValueError
        If the dtype or the number of axes is another, or there is nothing in it.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 3 or not images.size:
        raise ValueError(
            f"images: expected uint8 of shape (N, H, W), none of them 0, found {images.dtype} of shape {images.shape}"
        )
    return (images.astype(np.float32) / 255)[..., None]


def scale_to_signed(images):
    """Turn 8-bit values into float32 in [-1, 1]: -1 is black, 1 is white.

    Parameters
    ----------
    images : ndarray of any shape, dtype uint8

    Returns
    -------
    ndarray, that shape, dtype float32

    Raises
    ------
    ValueError
        If the dtype is another.
    """
    images = np.asarray(images)
    if images.dtype != np.uint8:
        raise ValueError(f"images: expected uint8, found {images.dtype}")
    return (images.astype(np.float32) - 127.5) / 127.5


def scale_to_bytes(images):
    """Turn values in [-1, 1] back into 8 bits: clipped, then rounded to the nearest.

    Parameters
    ----------
    images : ndarray of any shape, float
        Finite values.

    Returns
    -------
    ndarray, that shape, dtype uint8

    Raises
    ------
    ValueError
        If a value is not finite.
    """
    images = np.asarray(images)
    if not np.isfinite(images).all():
        raise ValueError("images: expected finite values, found NaN or infinity")
    return np.rint(np.clip(images, -1, 1) * 127.5 + 127.5).astype(np.uint8)


def luma(picture):
    """Return the luma of a colour picture by Rec. 601, as Pillow computes it.

    The weights 0.299, 0.587 and 0.114 are applied to red, green and blue as they are stored, gamma and all. That is not
    the relative luminance, which weighs the light itself.

    Parameters
    ----------
    picture : ndarray, shape (H, W, 3), dtype uint8

    Returns
    -------
    ndarray, shape (H, W), dtype uint8

    Raises
    ------
    ValueError
        If dtype or shape is another.
    """
    picture = np.asarray(picture)
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
        raise ValueError(f"picture: expected uint8 of shape (H, W, 3), found {picture.dtype} of shape {picture.shape}")
    return np.asarray(PIL.Image.fromarray(picture).convert("L"))


def downscale(picture):
    """Shrink a picture to two thirds with Pillow's Lanczos filter, rounded to 8 bit.

    Parameters
    ----------
    picture : ndarray, shape (H, W) or (H, W, 3), dtype uint8
        H and W are multiples of 3.

    Returns
    -------
    ndarray, shape (2 H / 3, 2 W / 3) or with 3 channels, dtype uint8

    Raises
    ------
    ValueError
        If dtype or shape is another.
    """
    picture = np.asarray(picture)
    if (
        picture.dtype != np.uint8
        or picture.ndim < 2
        or picture.shape[2:] not in ((), (3,))
        or not picture.size
        or picture.shape[0] % 3
        or picture.shape[1] % 3
    ):
        raise ValueError(
            "picture: expected uint8 of shape (H, W) or (H, W, 3), H and W multiples of 3, "
            f"found {picture.dtype} of shape {picture.shape}"
        )
    height, width = (length // 3 * 2 for length in picture.shape[:2])
    return np.asarray(PIL.Image.fromarray(picture).resize((width, height), PIL.Image.Resampling.LANCZOS))


def overlay(target, cover):
    """Lay a cover over a target like two slides in one projector: their mean.

    Works on NumPy arrays and on TensorFlow tensors alike.

    Parameters
    ----------
    target, cover : array, the same shape, in [0, 1]

    Returns
    -------
    array, that shape, in [0, 1]

    Raises
    ------
    ValueError
        If the shapes differ. Values are not looked at: a tensor has none yet while a pipeline is built.
    """
    if target.shape != cover.shape:
        raise ValueError(f"cover: expected the target's shape {target.shape}, found {cover.shape}")
    return (target + cover) / 2


def draw_covers(n_targets, n_covers, *, rng):
    """Draw a cover for each target; no cover is used twice before all have been used once.

    Parameters
    ----------
    n_targets, n_covers : int
        How many targets and covers there are, each at least 1.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n_targets,), dtype int64
        Row of the cover that each target gets.

    Raises
    ------
    ValueError
        If there is no target or no cover.
    """
    if n_targets < 1 or n_covers < 1:
        raise ValueError(f"n_targets, n_covers: expected at least 1 of each, found {n_targets} and {n_covers}")
    rounds = -(-n_targets // n_covers)
    return np.concatenate([rng.permutation(n_covers) for _ in range(rounds)])[:n_targets]


def hide_centre(windows, fill=0):
    """Take the pixel out of the middle of each window, as a dead pixel of a sensor takes it out.

    Parameters
    ----------
    windows : ndarray, shape (N, size, size)
        Counts or any other values; ``size`` is odd and at least 3. Is not changed.
    fill : number
        What stands in the middle afterwards; a model must not depend on it.

    Returns
    -------
    hidden : ndarray, shape (N, size, size), dtype of ``windows``
    centres : ndarray, shape (N,), dtype of ``windows``
        What was in the middle.

    Raises
    ------
    ValueError
        If the windows are not square, or have no middle, or nothing around it.
    """
    windows = np.asarray(windows)
    size = windows.shape[-1] if windows.ndim == 3 else 0
    if windows.ndim != 3 or windows.shape[1] != size or size % 2 == 0 or size < 3:
        raise ValueError(
            f"windows: expected shape (N, size, size) with an odd size of 3 or more, found {windows.shape}"
        )
    middle = size // 2
    hidden, centres = windows.copy(), windows[:, middle, middle].copy()
    hidden[:, middle, middle] = fill
    return hidden, centres
