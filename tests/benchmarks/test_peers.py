"""Our functions beside well-kept peers that do the same: ``pytest tests/benchmarks`` prints both times."""

import numpy as np
import pytest
import tifffile
from skimage.metrics import mean_squared_error

from pixel_utils import data, metrics

RNG = np.random.default_rng(0)
COUNTS = RNG.integers(0, 65536, (1024, 1024), np.uint16)
TRUE, PREDICTED = RNG.random((2, 4000, 28, 28))


def skimage_mse(true, predicted):
    return np.array([mean_squared_error(t, p) for t, p in zip(true, predicted, strict=True)])


@pytest.mark.parametrize("read", [data.read_frame, tifffile.imread], ids=["ours", "tifffile.imread"])
@pytest.mark.benchmark(group="a 16-bit frame of 1024 x 1024 counts")
def test_read_frame(benchmark, read, tmp_path):
    tifffile.imwrite(tmp_path / "frame.tif", COUNTS)
    np.testing.assert_array_equal(benchmark(read, tmp_path / "frame.tif"), COUNTS)


@pytest.mark.parametrize("mse", [metrics.mse, skimage_mse], ids=["ours", "skimage.metrics.mean_squared_error"])
@pytest.mark.benchmark(group="the squared error of each of 4000 images")
def test_mse(benchmark, mse):
    np.testing.assert_allclose(benchmark(mse, TRUE, PREDICTED), ((TRUE - PREDICTED) ** 2).mean(axis=(1, 2)))
