"""Arrays of another kind are refused in the same words everywhere."""

import numpy as np
import pytest

from pixel_utils.checks import check_array


@pytest.mark.parametrize(
    ("array", "dtype", "shape"),
    [
        (np.zeros((2, 3), np.uint8), "uint8", "(H, W)"),
        (np.zeros((2, 3, 3)), None, "(H, W) or (H, W, 3)"),
        (np.zeros((2, 3, 3)), "numbers", "(N, S, S)"),
        (np.zeros(4, bool), "bool", "(N,)"),
        (np.zeros(4, np.int16), "integers", "(4,)"),
        (np.ma.array([1, 2], mask=[False, False]), None, None),
        ([], None, None),
        ([[1, 2]], "integers", "(N, 2)"),
    ],
)
def test_what_fits_comes_back_as_an_array(array, dtype, shape):
    found = check_array("a", array, dtype, shape)
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize(
    ("array", "dtype", "shape", "message"),
    [
        (np.zeros(3), "uint8", None, r"a: expected uint8, found float64 of shape \(3,\)"),
        (np.zeros(3), "integers", "(N,)", r"a: expected integers of shape \(N,\), found float64 of shape \(3,\)"),
        (np.zeros((2, 3)), None, "(N, N)", r"a: expected shape \(N, N\), found float64 of shape \(2, 3\)"),
        (np.zeros((2, 3)), None, "(N, 2)", r"a: expected shape \(N, 2\), found"),
        (np.zeros((2, 3, 4)), None, "(H, W) or (H, W, 3)", r"found float64 of shape \(2, 3, 4\)"),
        (np.zeros((0, 3)), None, "(H, W)", r"found float64 of shape \(0, 3\)"),
        (np.zeros(0), None, "(0,)", r"found float64 of shape \(0,\)"),
        (np.array([{}]), "numbers", None, r"a: expected numbers, found object"),
        (np.ma.array([1, 2, 3], mask=[0, 1, 1]), None, None, "a: expected values without a mask, found 2 masked ones"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_was_found(array, dtype, shape, message):
    with pytest.raises(ValueError, match=message):
        check_array("a", array, dtype, shape)


def test_what_is_not_finite_is_counted():
    with pytest.raises(ValueError, match="a: expected finite values, found NaN or infinity 2 times"):
        check_array("a", [1, np.nan, np.inf], finite=True)
