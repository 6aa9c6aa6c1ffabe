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
        If the shapes differ, or the numbers are whole: the sum of two bytes may be too large for one. Values are
        not looked at: a tensor has none yet while a pipeline is built.
    """
    if target.shape != cover.shape:
        raise ValueError(f"cover: expected the target's shape {target.shape}, found {cover.shape}")
    for name, array in (("target", target), ("cover", cover)):
        if "float" not in array.dtype.name:
            raise ValueError(f"{name}: expected floating-point numbers in [0, 1], found {array.dtype.name}")
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
        If the windows are not square, or have no middle, or nothing around it, or cannot hold the fill.
    """
    windows = np.asarray(windows)
    size = windows.shape[-1] if windows.ndim == 3 else 0
    if windows.ndim != 3 or windows.shape[1] != size or size % 2 == 0 or size < 3:
        raise ValueError(
            f"windows: expected shape (N, size, size) with an odd size of 3 or more, found {windows.shape}"
        )
    _require_fill(windows.dtype, fill)
    middle = size // 2
    hidden, centres = windows.copy(), windows[:, middle, middle].copy()
    hidden[:, middle, middle] = fill
    return hidden, centres


def draw_boxes(n, *, shape=(256, 256), size=75, count=2, rng):
    """Draw square boxes anywhere in pictures; boxes of one picture may overlap.

    Parameters
    ----------
    n : int
        How many pictures, at least 1.
    shape : tuple of int
        Height and width of a picture, in pixels.
    size : int
        Side of a box, in pixels.
    count : int
        Boxes in each picture, at least 1.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n, count, 2), dtype int64
        Row and column of each box's top left corner; every place in which the box fits is equally likely.

    Raises
    ------
    ValueError
        If a box does not fit into a picture, or nothing is to be drawn.
    """
    if n < 1 or count < 1 or not 1 <= size <= min(shape):
        raise ValueError(
            "n, count, size: expected at least 1 each and boxes that fit into the pictures, "
            f"found {n}, {count} and {size} x {size} for {shape[0]} x {shape[1]}"
        )
    return rng.integers(0, np.subtract(shape, size), (n, count, 2), endpoint=True)


def erase_boxes(images, boxes, *, size=75, fill=0):
    """Fill square boxes of pictures with one value, and say where they are.

    Parameters
    ----------
    images : ndarray, shape (N, H, W) or (N, H, W, C), any number type
        Is not changed.
    boxes : ndarray, shape (N, count, 2), integer
        Row and column of each box's top left corner, as :func:`draw_boxes` returns them.
    size : int
        Side of a box, in pixels.
    fill : number
        What stands in the boxes afterwards, in every channel.

    Returns
    -------
    erased : ndarray, shape and dtype of ``images``
    masks : ndarray, shape (N, H, W), dtype bool
        True where a pixel is missing; boxes that overlap leave fewer than ``count * size**2``.

    Raises
    ------
    ValueError
        If shapes do not fit each other, a box sticks out of its picture, or the images' type cannot hold ``fill``.
    """
    images, boxes = _check_boxes(images, boxes, size)
    _require_fill(images.dtype, fill)
    masks = np.zeros(images.shape[:3], bool)
    for mask, corners in zip(masks, boxes, strict=True):
        for row, column in corners:
            mask[row : row + size, column : column + size] = True
    erased = images.copy()
    erased[masks] = fill
    return erased, masks


def cut_boxes(images, boxes, *, size=75):
    """Cut square boxes out of pictures: what :func:`erase_boxes` takes away.

    Parameters
    ----------
    images, boxes, size
        As in :func:`erase_boxes`.

    Returns
    -------
    ndarray, shape (N, count, size, size) or (N, count, size, size, C), dtype of ``images``
        A copy; pixels in two boxes come twice.

    Raises
    ------
    ValueError
        If shapes do not fit each other, or a box sticks out of its picture.
    """
    images, boxes = _check_boxes(images, boxes, size)
    cut = np.empty((*boxes.shape[:2], size, size, *images.shape[3:]), images.dtype)
    for i, corners in enumerate(boxes):
        for j, (row, column) in enumerate(corners):
            cut[i, j] = images[i, row : row + size, column : column + size]
    return cut


def _check_boxes(images, boxes, size):
    images, boxes = np.asarray(images), np.asarray(boxes)
    if images.ndim not in (3, 4):
        raise ValueError(f"images: expected shape (N, H, W) or (N, H, W, C), found {images.shape}")
    if boxes.dtype.kind not in "iu" or boxes.ndim != 3 or boxes.shape[::2] != (len(images), 2):
        raise ValueError(
            f"boxes: expected whole numbers of shape ({len(images)}, count, 2), found {boxes.dtype} of {boxes.shape}"
        )
    boxes, room = boxes.astype(np.int64), np.subtract(images.shape[1:3], size)
    outside = np.argwhere(((boxes < 0) | (boxes > room)).any(axis=2))
    if size < 1 or len(outside):
        picture, box = outside[0] if len(outside) else (0, 0)
        raise ValueError(
            f"boxes: expected top left corners of boxes of {size} x {size} pixels inside pictures of "
            f"{images.shape[1]} x {images.shape[2]}, found {boxes[picture, box].tolist()} in picture {picture}"
        )
    return images, boxes


def _require_fill(dtype, fill):
    if not _holds(dtype, fill):
        raise ValueError(f"fill: expected a number that {dtype} can hold, found {fill!r}")


def _holds(dtype, value):
    if dtype.kind == "f":
        return not np.isfinite(value) or abs(value) <= float(np.finfo(dtype).max)
    low, high = (0, 1) if dtype.kind == "b" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    return low <= value <= high and value == int(value)
