"""Errors of predicted images, one value an image, and the held-out table that compares methods.

Every function takes the true and the predicted images, shape (N, H, W) or (N, H, W, C), clips the
prediction to the range of the values, and returns one float64 for each image. The error of a method is
the mean of these: a mean over images of the mean over an image's pixels, no border cropped. Only
:func:`r2` is one number for all images, since it compares with the spread of all true values. True values outside of
the range, and values that are not finite, are refused.
"""

import numpy as np
import pandas as pd

from pixel_utils.checks import check_array, require


def _checked(true, predicted, value_range):
    """Return both as float64, the prediction clipped; refuse what cannot be compared."""
    true, predicted = (
        check_array(name, array, "numbers", "(N, H, W) or (N, H, W, C)", finite=True).astype(np.float64)
        for name, array in (("true", true), ("predicted", predicted))
    )
    require(true.shape == predicted.shape, "true, predicted", "one shape", f"{true.shape} and {predicted.shape}")
    low, high = value_range
    lowest, highest = true.min(), true.max()
    require(low <= lowest <= highest <= high, "true", f"values in [{low}, {high}]", f"[{lowest:g}, {highest:g}]")
    return true, np.clip(predicted, low, high)


def _per_image(values):
    return values.reshape(len(values), -1).mean(axis=1)


def mae(true, predicted, *, value_range=(0, 1)):
    """Mean absolute error of each image, in the unit of the values."""
    true, predicted = _checked(true, predicted, value_range)
    return _per_image(np.abs(predicted - true))


def mse(true, predicted, *, value_range=(0, 1)):
    """Mean squared error of each image, in the squared unit of the values."""
    true, predicted = _checked(true, predicted, value_range)
    return _per_image((predicted - true) ** 2)


def r2(true, predicted, *, value_range=(0, 1)):
    """Coefficient of determination over all values of all images: 1 - SS_res / SS_tot.

    1 is perfect, 0 is as good as the mean of the true values, and a worse prediction is negative. True values that are
    all equal have no spread to compare with, and are refused.
    """
    true, predicted = _checked(true, predicted, value_range)
    require(true.min() < true.max(), "true", "values that differ", f"{true.min():g} everywhere")
    return 1 - ((true - predicted) ** 2).sum() / ((true - true.mean()) ** 2).sum()


def psnr(true, predicted, *, value_range=(0, 1)):
    """Peak signal-to-noise ratio of each image in dB: 10 log10(range² / MSE), infinite for a perfect one."""
    low, high = value_range
    with np.errstate(divide="ignore"):
        return 10 * np.log10((high - low) ** 2 / mse(true, predicted, value_range=value_range))


def ssim(true, predicted, *, value_range=(0, 1)):
    """Structural similarity of each image [1]_, scikit-image's with its default 7x7 window; 1 is identical.

    References
    ----------
    .. [1] Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, "Image quality assessment: from error
       visibility to structural similarity", IEEE Transactions on Image Processing 13 (2004).
    """
    from skimage.metrics import structural_similarity

    true, predicted = _checked(true, predicted, value_range)
    options = {"data_range": value_range[1] - value_range[0], "channel_axis": -1 if true.ndim == 4 else None}
    return np.array([structural_similarity(t, p, **options) for t, p in zip(true, predicted, strict=True)])


def binary_cross_entropy(true, predicted, *, epsilon=1e-7):
    """Binary cross-entropy of each image in nats a pixel, for values in [0, 1].

    Grey targets have a floor above zero: the prediction that equals the target still pays the target's
    own entropy, ``binary_cross_entropy(true, true)``. Predictions are kept ``epsilon`` away from 0 and 1, where the
    logarithm ends; the default is Keras' own.
    """
    true, predicted = _checked(true, predicted, (0, 1))
    predicted = np.clip(predicted, epsilon, 1 - epsilon)
    return _per_image(-(true * np.log(predicted) + (1 - true) * np.log1p(-predicted)))


def held_out_table(true, predictions, metrics):
    """Compare methods on the same held-out images: means over images, a row a method as given, a column a metric.

    ``predictions`` holds each method's, shaped as ``true``; ``metrics`` for each column a function of this module.
    """
    means = {name: [metric(true, each).mean() for each in predictions.values()] for name, metric in metrics.items()}
    return pd.DataFrame(means, index=pd.Index(list(predictions), name="method"))


def bootstrap_interval(values, *, rng):
    """Low and high end of the 95 % bootstrap interval of a mean over images (percentile method, by SciPy).

    ``values`` are two or more finite ones, one an image, shape (N,); for a comparison the paired differences.
    """
    values = check_array("values", values, "numbers", "(N,)", finite=True)
    require(len(values) > 1, "values", "two or more", "one")
    from scipy.stats import bootstrap

    found = bootstrap((values,), np.mean, n_resamples=2000, method="percentile", rng=rng)
    return tuple(map(float, found.confidence_interval))


def block_ratio(errors, reference, blocks, frames=None, *, rng, resamples=2000):
    """Ratio of the mean error of two methods on the same pixels, with a 95 % block bootstrap interval [1]_.

    Neighbouring pixels are hard or easy together, so whole blocks of pixels are drawn with replacement instead of
    single pixels, within each frame as many as it has. Both methods keep the same draw.

    Parameters
    ----------
    errors, reference : ndarray, shape (N,)
        Errors of the two methods at each pixel, not negative, such as squared errors; the reference is wrong somewhere.
    blocks, frames : ndarray, shape (N,)
        The block and the frame of each pixel; a number means another block in another frame. Each frame has two or
        more; without ``frames`` there is one.

    Returns
    -------
    ratio, low, high : float
        Below 1 the first method is the one with the lower error.

    References
    ----------
    .. [1] B. Efron and R. J. Tibshirani, "An introduction to the bootstrap", Chapman and Hall (1993).
    """
    errors = check_array("errors", errors, "numbers", "(N,)", finite=True).astype(float)
    shape = f"({len(errors)},)"
    reference = check_array("reference", reference, "numbers", shape, finite=True).astype(float)
    blocks = check_array("blocks", blocks, shape=shape)
    frames = np.zeros(len(blocks), int) if frames is None else check_array("frames", frames, shape=shape)
    lowest = min(errors.min(), reference.min())
    require(lowest >= 0, "errors, reference", "numbers that are not negative", lowest)
    sums = pd.DataFrame({"frame": frames, "block": blocks, "errors": errors, "reference": reference})
    sums = sums.groupby(["frame", "block"], sort=True, dropna=False).sum()
    require(sums["reference"].sum() > 0, "reference", "an error somewhere", "none")
    drawn = np.zeros((resamples, 2))
    for _, frame in sums.groupby(level="frame", dropna=False):
        require(len(frame) > 1, "blocks", "two or more in each frame", len(frame))
        draws = rng.integers(len(frame), size=(resamples, len(frame)))
        drawn += frame.to_numpy()[draws].sum(axis=1)
    # A draw in which the reference makes no error says nothing of the ratio.
    drawn = drawn[drawn[:, 1] > 0]
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    return float(sums["errors"].sum() / sums["reference"].sum()), float(low), float(high)
