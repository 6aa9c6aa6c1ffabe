"""Our functions beside well-kept peers that do the same: ``pytest tests/benchmarks`` prints both times."""

import csv

import numpy as np
import pandas as pd
import pytest
import tifffile
from skimage.metrics import mean_squared_error
from skimage.util import view_as_windows
from sklearn.feature_extraction.image import reconstruct_from_patches_2d

from pixel_utils import degrade, foreign, metrics, patches, submission

RNG = np.random.default_rng(0)
COUNTS = RNG.integers(0, 65536, (1024, 1024), np.uint16)
TRUE, PREDICTED = RNG.random((2, 4000, 28, 28))


def skimage_mse(true, predicted):
    return np.array([mean_squared_error(t, p) for t, p in zip(true, predicted, strict=True)])


@pytest.mark.parametrize("read", [foreign.read_frame, tifffile.imread], ids=["ours", "tifffile.imread"])
@pytest.mark.benchmark(group="a 16-bit frame of 1024 x 1024 counts")
def test_read_frame(benchmark, read, tmp_path):
    tifffile.imwrite(tmp_path / "frame.tif", COUNTS)
    np.testing.assert_array_equal(benchmark(read, tmp_path / "frame.tif"), COUNTS)


@pytest.mark.parametrize("mse", [metrics.mse, skimage_mse], ids=["ours", "skimage.metrics.mean_squared_error"])
@pytest.mark.benchmark(group="the squared error of each of 4000 images")
def test_mse(benchmark, mse):
    np.testing.assert_allclose(benchmark(mse, TRUE, PREDICTED), ((TRUE - PREDICTED) ** 2).mean(axis=(1, 2)))


IMAGE = RNG.random((150, 150))
WINDOWS = patches.extract(IMAGE, 15, 1)


def by_skimage(image, size, stride):
    return view_as_windows(image, (size, size), stride).copy()


@pytest.mark.parametrize("extract", [patches.extract, by_skimage], ids=["ours", "skimage.util.view_as_windows"])
@pytest.mark.benchmark(group="windows of 15 x 15 pixels, 3 apart, out of 150 x 150")
def test_extract(benchmark, extract):
    np.testing.assert_array_equal(benchmark(extract, IMAGE, 15, 3), by_skimage(IMAGE, 15, 3))


def ours_together(windows, shape):
    return patches.recompose(windows, shape, 1)


def sklearn_together(windows, shape):
    return reconstruct_from_patches_2d(windows.reshape(-1, 15, 15), shape)


@pytest.mark.parametrize(
    "together", [ours_together, sklearn_together], ids=["ours", "sklearn's reconstruct_from_patches_2d"]
)
@pytest.mark.benchmark(group="all windows of 15 x 15 pixels back into 150 x 150")
def test_recompose(benchmark, together):
    np.testing.assert_allclose(benchmark(together, WINDOWS, (150, 150)), IMAGE)


IDS = [f"{number}.jpg" for number in range(4)]
BOXES = degrade.draw_boxes(4, rng=RNG)
COLOUR = RNG.integers(0, 256, (4, 256, 256, 3), np.uint8)


def pandas_writes(path, ids, boxes, images):
    """Build one table of all rows, as the contest's entrants do, and write it."""
    keys = [
        f"{name}_box{box}_{row}_{column}_{channel}"
        for name, corners in zip(ids, boxes.tolist(), strict=True)
        for box, (top, left) in enumerate(corners, 1)
        for row in range(top, top + 75)
        for column in range(left, left + 75)
        for channel in range(3)
    ]
    values = degrade.cut_boxes(images, boxes)[..., ::-1].ravel() / 255
    table = pd.DataFrame({"filename_box_pixel": keys, "value": values})
    table.to_csv(path, index=False, float_format="%.6f")


@pytest.mark.parametrize("write", [submission.write, pandas_writes], ids=["ours", "pandas.DataFrame.to_csv"])
@pytest.mark.benchmark(group="a submission of 4 pictures, 135000 rows, written")
def test_write_submission(benchmark, write, tmp_path):
    benchmark(write, tmp_path / "ours.csv", IDS, BOXES, COLOUR)
    submission.write(tmp_path / "expected.csv", IDS, BOXES, COLOUR)
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "expected.csv").read_bytes()


def ours_reads(path):
    return np.stack([values for _, values in submission.read(path, IDS, BOXES)])


def csv_reads(path):
    with open(path, encoding="utf-8", newline="") as file:
        values = [float(row["value"]) for row in csv.DictReader(file)]
    return np.reshape(values, (4, 2, 75, 75, 3))[..., ::-1]


@pytest.mark.parametrize("read", [ours_reads, csv_reads], ids=["ours, keys checked", "csv.DictReader, unchecked"])
@pytest.mark.benchmark(group="a submission of 4 pictures, 135000 rows, read")
def test_read_submission(benchmark, read, tmp_path):
    submission.write(tmp_path / "out.csv", IDS, BOXES, COLOUR)
    np.testing.assert_allclose(
        benchmark(read, tmp_path / "out.csv"), degrade.cut_boxes(COLOUR, BOXES) / 255, atol=5.1e-7
    )
