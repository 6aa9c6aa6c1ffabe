"""Corrupt clean images in known ways, so that a model can learn to undo them."""

import numpy as np
import PIL.Image

from pixel_utils.checks import check_array, require


def scale_to_unit(images):
    """Turn uint8 of shape (N, H, W) into float32 of shape (N, H, W, 1) in [0, 1], as Keras expects it."""
    return (check_array("images", images, "uint8", "(N, H, W)").astype(np.float32) / 255)[..., None]


def scale_to_signed(images):
    """Turn uint8 of any shape into float32 in [-1, 1]: -1 is black, 1 is white."""
    return (check_array("images", images, "uint8").astype(np.float32) - 127.5) / 127.5


def scale_to_bytes(images):
    """Turn finite values in [-1, 1], of any shape, back into uint8: clipped, then rounded to the nearest."""
    return np.rint(np.clip(check_array("images", images, finite=True), -1, 1) * 127.5 + 127.5).astype(np.uint8)


def luma(picture):
    """Return the luma of a picture by Rec. 601, as Pillow computes it: (H, W, 3) becomes (H, W), both uint8.

    The weights 0.299, 0.587 and 0.114 are applied to red, green and blue as they are stored, gamma and all. That is not
    the relative luminance, which weighs the light itself.
    """
    picture = check_array("picture", picture, "uint8", "(H, W, 3)")
    return np.asarray(PIL.Image.fromarray(picture).convert("L"))


def downscale(picture):
    """Shrink a picture to two thirds with Pillow's Lanczos filter, rounded to 8 bit.

    It is uint8 of shape (H, W) or (H, W, 3), H and W multiples of 3, before and of 2 after.
    """
    picture = check_array("picture", picture, "uint8", "(H, W) or (H, W, 3)")
    height, width = picture.shape[:2]
    require(not (height % 3 or width % 3), "picture", "uint8 of shape (3 h, 3 w)", f"shape {picture.shape}")
    small = width // 3 * 2, height // 3 * 2
    return np.asarray(PIL.Image.fromarray(picture).resize(small, PIL.Image.Resampling.LANCZOS))


def overlay(target, cover):
    """Lay a cover over a target like two slides in one projector: their mean.

    Both are NumPy arrays or TensorFlow tensors of one shape, floating-point in [0, 1], as is the result. Bytes are
    refused: the sum of two may be too large for one. Values are not looked at: a tensor has none yet while a pipeline
    is built.
    """
    require(target.shape == cover.shape, "cover", f"the target's shape {target.shape}", cover.shape)
    for name, array in (("target", target), ("cover", cover)):
        require("float" in array.dtype.name, name, "floating-point numbers in [0, 1]", array.dtype.name)
    return (target + cover) / 2


def draw_covers(n_targets, n_covers, *, rng):
    """Draw a cover for each target; no cover is used twice before all have been used once.

    There is one of each at least. The rows of the covers come as int64 of shape (n_targets,).
    """
    require(min(n_targets, n_covers) > 0, "n_targets, n_covers", "at least 1 of each", f"{n_targets} and {n_covers}")
    rounds = -(-n_targets // n_covers)
    return np.concatenate([rng.permutation(n_covers) for _ in range(rounds)])[:n_targets]


def hide_centre(windows, fill=0):
    """Take the pixel out of the middle of each window, as a dead pixel of a sensor takes it out.

    Windows have the shape (N, size, size), ``size`` odd and at least 3, and any number type; ``fill``, which it can
    hold, stands in the middle afterwards. A copy without the centres comes back, and the centres, shape (N,), both of
    that type.
    """
    windows = check_array("windows", windows, shape="(N, size, size)")
    size = windows.shape[1]
    require(size % 2 and size > 1, "windows", "an odd size of 3 or more", f"shape {windows.shape}")
    middle, dtype = windows.shape[1] // 2, windows.dtype
    with np.errstate(all="ignore"):
        held = np.asarray(fill).astype(dtype)
    same = np.isfinite(held) == np.isfinite(fill) and (dtype.kind == "f" or held == fill)
    require(same, "fill", f"a number that {dtype} can hold", repr(fill))
    hidden, centres = windows.copy(), windows[:, middle, middle].copy()
    hidden[:, middle, middle] = fill
    return hidden, centres


def draw_boxes(n, *, shape=(256, 256), size=75, count=2, rng):
    """Draw ``count`` square boxes anywhere in each of ``n`` pictures; boxes of one picture may overlap.

    ``shape`` is a picture's height and width, ``size`` the side of a box that fits into it, in pixels. Row and column
    of each box's top left corner come as int64 of shape (n, count, 2); every place in which the box fits is equally
    likely.
    """
    right = min(n, count, size) > 0 and size <= min(shape)
    found = f"{n}, {count} and {size} x {size} for {shape[0]} x {shape[1]}"
    require(right, "n, count, size", "at least 1 each and boxes that fit", found)
    return rng.integers(0, np.subtract(shape, size), (n, count, 2), endpoint=True)


def erase_boxes(images, boxes, *, size=75):
    """Fill square boxes of pictures with zeros, and say where they are.

    Parameters
    ----------
    images : ndarray, shape (N, H, W) or (N, H, W, C), any number type
        Is not changed.
    boxes : ndarray, shape (N, count, 2), integer
        Row and column of each box's top left corner, as :func:`draw_boxes` returns them; the box lies inside.
    size : int
        Side of a box, in pixels.

    Returns
    -------
    erased : ndarray, shape and dtype of ``images``
    masks : ndarray, shape (N, H, W), dtype bool
        True where a pixel is missing; boxes that overlap leave fewer than ``count * size**2``.
    """
    images, boxes = _check_boxes(images, boxes, size)
    masks = np.zeros(images.shape[:3], bool)
    for mask, corners in zip(masks, boxes, strict=True):
        for row, column in corners:
            mask[row : row + size, column : column + size] = True
    erased = images.copy()
    erased[masks] = 0
    return erased, masks


def cut_boxes(images, boxes, *, size=75):
    """Cut square boxes out of pictures, arguments as for :func:`erase_boxes`: a copy of what that takes away.

    Its shape is (N, count, size, size) or (N, count, size, size, C); pixels in two boxes come twice.
    """
    images, boxes = _check_boxes(images, boxes, size)
    cut = np.empty((*boxes.shape[:2], size, size, *images.shape[3:]), images.dtype)
    for picture, box in np.ndindex(boxes.shape[:2]):
        row, column = boxes[picture, box]
        cut[picture, box] = images[picture, row : row + size, column : column + size]
    return cut


def _check_boxes(images, boxes, size):
    images = check_array("images", images, shape="(N, H, W) or (N, H, W, C)")
    boxes = check_array("boxes", boxes, "integers", f"({len(images)}, count, 2)").astype(np.int64)
    outside = ((boxes < 0) | (boxes > np.subtract(images.shape[1:3], size)) | (size < 1)).any(axis=2)
    for picture, box in np.argwhere(outside):
        inside = f"{size} x {size} pixels inside pictures of {images.shape[1]} x {images.shape[2]}"
        found = f"{boxes[picture, box].tolist()} in picture {picture}"
        require(False, "boxes", f"top left corners of boxes of {inside}", found)
    return images, boxes
