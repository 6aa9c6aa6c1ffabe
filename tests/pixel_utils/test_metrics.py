"""Metrics against well-kept libraries, and against bad input."""

import keras
import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from pixel_utils import metrics

IMAGES = hnp.arrays(np.float64, (3, 4, 5), elements=st.floats(0, 1))


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    return rng.random((4, 16, 16)), rng.random((4, 16, 16))


@pytest.mark.parametrize(
    ("function", "peer"),
    [
        (metrics.mae, lambda t, p: sklearn.metrics.mean_absolute_error(t.ravel(), p.ravel())),
        (metrics.mse, lambda t, p: sklearn.metrics.mean_squared_error(t.ravel(), p.ravel())),
        (metrics.psnr, lambda t, p: peak_signal_noise_ratio(t, p, data_range=1)),
        (metrics.ssim, lambda t, p: structural_similarity(t, p, data_range=1)),
        (metrics.binary_cross_entropy, lambda t, p: float(keras.losses.binary_crossentropy(t.ravel(), p.ravel()))),
    ],
)
def test_metrics_agree_with_other_libraries_image_by_image(pair, function, peer):
    expected = [peer(true, predicted) for true, predicted in zip(*pair, strict=True)]
    np.testing.assert_allclose(function(*pair), expected, rtol=1e-5)
    np.testing.assert_allclose(function(*(images[..., None] for images in pair)), expected, rtol=1e-5)


def test_r2_agrees_with_scikit_learn_over_all_values(pair):
    true, predicted = pair
    assert metrics.r2(true, predicted) == pytest.approx(sklearn.metrics.r2_score(true.ravel(), predicted.ravel()))
    assert metrics.r2(true, np.full_like(true, true.mean())) == pytest.approx(0)
    with pytest.raises(ValueError, match=r"true: expected values that differ, found 0\.5 everywhere"):
        metrics.r2(np.full((2, 3, 3), 0.5), np.zeros((2, 3, 3)))


@pytest.mark.parametrize("metric", [metrics.psnr, metrics.ssim])
def test_the_range_is_taken_into_account(pair, metric):
    true, predicted = pair
    # SSIM is not the same for other means.
    doubled = metric(true * 2, predicted * 2, value_range=(0, 2))
    np.testing.assert_allclose(doubled, metric(true, predicted))


@given(IMAGES, IMAGES)
def test_the_truth_has_no_error_and_the_lowest_cross_entropy(true, predicted):
    floor = metrics.binary_cross_entropy(true, true)
    assert (floor >= 0).all()
    assert (floor <= metrics.binary_cross_entropy(true, predicted) + 1e-6).all()
    assert (metrics.mae(true, true) == 0).all()
    assert np.isinf(metrics.psnr(true, true)).all()


def test_predictions_are_clipped_to_the_range():
    true = np.ones((1, 2, 2))
    assert metrics.mae(true, true * 3) == 0
    assert metrics.mae(true * 5, true * 9, value_range=(0, 9)) == 4


@pytest.mark.parametrize(
    ("true", "predicted", "message"),
    [
        (np.zeros((2, 3, 3)), np.zeros((2, 3, 4)), r"found \(2, 3, 3\) and \(2, 3, 4\)"),
        (np.zeros((3, 3)), np.zeros((3, 3)), r"true: expected numbers of shape \(N, H, W\) or"),
        (np.zeros((1, 3, 3)), np.full((1, 3, 3), np.nan), "predicted: .* found NaN or infinity"),
        (np.full((1, 3, 3), 2.0), np.zeros((1, 3, 3)), r"expected values in \[0, 1\], found \[2, 2\]"),
        (np.full((1, 3, 3), -1.0), np.zeros((1, 3, 3)), r"expected values in \[0, 1\], found \[-1, -1\]"),
    ],
)
@pytest.mark.parametrize("name", ["mae", "mse", "r2", "psnr", "ssim", "binary_cross_entropy"])
def test_bad_input_is_refused(name, true, predicted, message):
    with pytest.raises(ValueError, match=message):
        getattr(metrics, name)(true, predicted)


def test_table_keeps_the_order_of_methods_and_averages_over_images(pair):
    true, predicted = pair
    table = metrics.held_out_table(true, {"b": predicted, "a": true}, {"MSE": metrics.mse})
    assert list(table.index) == ["b", "a"]
    assert table["MSE"].tolist() == pytest.approx([np.mean((true - predicted) ** 2), 0])


def test_bootstrap_interval_agrees_with_the_normal_one():
    values = np.random.default_rng(1).normal(3, 1, 2000)
    low, high = metrics.bootstrap_interval(values, rng=np.random.default_rng(2))
    half = 1.96 * values.std() / np.sqrt(len(values))
    np.testing.assert_allclose([low, high], [values.mean() - half, values.mean() + half], atol=0.005)
    assert metrics.bootstrap_interval(values, rng=np.random.default_rng(2)) == (low, high)


@pytest.mark.parametrize("values", [np.array([1.0]), np.zeros((2, 2)), np.array([1, np.nan])])
def test_bootstrap_refuses_what_has_no_mean(values):
    with pytest.raises(ValueError, match=r"values: expected (numbers of shape \(N,\)|two|finite values)"):
        metrics.bootstrap_interval(values, rng=np.random.default_rng(0))


def drawn_errors(rng, n_blocks=30, side=20):
    level = rng.gamma(2, size=n_blocks)
    errors = np.repeat(level, side) * rng.random(n_blocks * side)
    return errors, np.repeat(np.arange(n_blocks), side)


@given(st.integers(0, 1000), st.floats(0.1, 10))
def test_the_ratio_of_a_method_to_a_multiple_of_itself_is_certain(seed, factor):
    errors, blocks = drawn_errors(np.random.default_rng(seed))
    found = metrics.block_ratio(errors, factor * errors, blocks, rng=np.random.default_rng(0), resamples=50)
    np.testing.assert_allclose(found, 1 / factor)


def test_the_ratio_is_that_of_the_means_and_lies_in_its_interval():
    rng = np.random.default_rng(0)
    (errors, blocks), (reference, _) = drawn_errors(rng), drawn_errors(rng)
    ratio, low, high = metrics.block_ratio(errors, reference, blocks, rng=rng)
    assert ratio == pytest.approx(errors.mean() / reference.mean())
    assert low < ratio < high


def test_blocks_of_equal_pixels_count_once():
    levels = np.random.default_rng(0).gamma(2, size=30)
    one, many = (
        metrics.block_ratio(*(np.repeat(x, n) for x in (levels, np.ones(30), np.arange(30))), rng=rng)
        for n, rng in ((1, np.random.default_rng(1)), (50, np.random.default_rng(1)))
    )
    np.testing.assert_allclose(one, many)


def test_frames_are_drawn_apart():
    # Within each frame all blocks are equal, so no draw can differ, though the frames do.
    frames = np.repeat(["a", "b"], 40)
    errors, blocks = np.where(frames == "a", 1.0, 9.0), np.tile(np.repeat(np.arange(4), 10), 2)
    found = metrics.block_ratio(errors, np.ones(80), blocks, frames, rng=np.random.default_rng(0), resamples=100)
    np.testing.assert_allclose(found, 5)


FEW = "expected two or more in each frame, found 1$"


@pytest.mark.parametrize(
    ("errors", "reference", "blocks", "frames", "message"),
    [
        (np.ones(3), np.ones(4), np.arange(3), None, r"reference: expected numbers of shape \(3,\)"),
        (np.ones((2, 2)), np.ones((2, 2)), np.arange(4), None, r"errors: expected numbers of shape \(N,\)"),
        (np.ones(3), np.ones(3), np.arange(4), None, r"blocks: expected shape \(3,\)"),
        (np.ones(3), np.ones(3), np.arange(3), np.zeros(4), r"frames: expected shape \(3,\)"),
        (np.ones(3), -np.ones(3), np.arange(3), None, "not negative"),
        (np.full(3, np.nan), np.ones(3), np.arange(3), None, "finite"),
        (np.ones(3), np.zeros(3), np.arange(3), None, "reference: expected an error somewhere"),
        (np.ones(3), np.ones(3), np.zeros(3, int), None, FEW),
        (np.ones(6), np.ones(6), np.array([0, 0, 1, 1, 0, 0]), [0, 0, 0, 0, np.nan, np.nan], FEW),
    ],
)
def test_block_ratio_refuses_what_cannot_be_compared(errors, reference, blocks, frames, message):
    with pytest.raises(ValueError, match=message):
        metrics.block_ratio(errors, reference, blocks, frames, rng=np.random.default_rng(0))
