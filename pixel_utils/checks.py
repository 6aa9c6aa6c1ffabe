"""Refuse what a function does not work on, everywhere in the same words."""

import numpy as np

KINDS = {"integers": "iu", "numbers": "biuf"}


def require(right, what, expected, found, kind=ValueError):
    """Raise an error that says what was expected and what was found, unless that is right."""
    if not right:
        raise kind(f"{what}: expected {expected}, found {found}")


def check_array(name, array, dtype=None, shape=None, *, finite=False):
    """Return something as an array, or refuse it.

    Parameters
    ----------
    name : str
        What the message calls it.
    array : array_like
        Without a mask.
    dtype : str, optional
        A type such as ``"uint8"``; or ``"integers"`` or ``"numbers"`` for all of them.
    shape : str, optional
        One or more shapes, as in ``"(N, H, W) or (N, H, W, 3)"``. A letter stands for any length, and in one shape
        always for the same; no length is 0.
    finite : bool
        Whether NaN and infinity are refused.
    """
    if np.ma.is_masked(array):
        require(False, name, "values without a mask", f"{np.ma.count_masked(array)} masked ones")
    array = np.asarray(array)
    right_type = dtype is None or (array.dtype.kind in KINDS[dtype] if dtype in KINDS else array.dtype == dtype)
    right_shape = shape is None or any(_fits(array.shape, axes) for axes in shape.split(" or "))
    expected = " of shape ".join(filter(None, [dtype, shape])) if dtype else f"shape {shape}"
    require(right_type and right_shape, name, expected, f"{array.dtype} of shape {array.shape}")
    if finite:
        count = np.count_nonzero(~np.isfinite(array))
        require(count == 0, name, "finite values", f"NaN or infinity {count} times")
    return array


def _fits(shape, axes):
    axes, lengths = [axis.strip() for axis in axes.strip("()").split(",") if axis.strip()], {}
    return len(axes) == len(shape) and all(
        length and length == (int(axis) if axis.isdecimal() else lengths.setdefault(axis, length))
        for axis, length in zip(axes, shape, strict=True)
    )
