"""Our functions beside well-kept peers that do the same: ``pytest tests/benchmarks`` prints both times."""

import csv
from functools import partial

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
IMAGE = RNG.random((150, 150))
WINDOWS = patches.extract(IMAGE, 15, 1)
IDS = [f"{number}.jpg" for number in range(4)]
BOXES = degrade.draw_boxes(4, rng=RNG)
COLOUR = RNG.integers(0, 256, (4, 256, 256, 3), np.uint8)


def skimage_mse(true, predicted):
    return np.array([mean_squared_error(t, p) for t, p in zip(true, predicted, strict=True)])


def skimage_windows(image, size, stride):
    return view_as_windows(image, (size, size), stride).copy()


def sklearn_together(windows, shape):
    return reconstruct_from_patches_2d(windows.reshape(-1, 15, 15), shape)


def ours_writes(path):
    submission.write(path, IDS, BOXES, COLOUR)
    return np.frombuffer(path.read_bytes(), np.uint8)


def pandas_writes(path):
    """Build one table of all rows, as the contest's entrants do, and write it."""
    keys = [
        f"{name}_box{box}_{row}_{column}_{channel}"
        for name, corners in zip(IDS, BOXES.tolist(), strict=True)
        for box, (top, left) in enumerate(corners, 1)
        for row in range(top, top + 75)
        for column in range(left, left + 75)
        for channel in range(3)
    ]
    values = degrade.cut_boxes(COLOUR, BOXES)[..., ::-1].ravel() / 255
    pd.DataFrame({"filename_box_pixel": keys, "value": values}).to_csv(path, index=False, float_format="%.6f")
    return np.frombuffer(path.read_bytes(), np.uint8)


def ours_reads(path):
    return np.stack([values for _, values in submission.read(path, IDS, BOXES)])


def csv_reads(path):
    with open(path, encoding="utf-8", newline="") as file:
        values = [float(row["value"]) for row in csv.DictReader(file)]
    return np.reshape(values, (4, 2, 75, 75, 3))[..., ::-1]


# For each task ours, the peer, and what both are given; a name of a file stands for that file.
TASKS = {
    "a 16-bit frame of 1024 x 1024 counts": (foreign.read_frame, tifffile.imread, "frame.tif"),
    "the squared error of each of 4000 images": (metrics.mse, skimage_mse, TRUE, PREDICTED),
    "windows of 15 x 15 pixels, 3 apart, out of 150 x 150": (patches.extract, skimage_windows, IMAGE, 15, 3),
    "all such windows put together": (partial(patches.recompose, stride=1), sklearn_together, WINDOWS, (150, 150)),
    "a submission of 4 pictures, 135000 rows, written": (ours_writes, pandas_writes, "new.csv"),
    "a submission of 4 pictures, 135000 rows, read, by ours with its keys": (ours_reads, csv_reads, "given.csv"),
}


@pytest.mark.parametrize("peer", [False, True], ids=["ours", "peer"])
@pytest.mark.parametrize("task", TASKS)
def test_ours_and_a_peer_give_the_same(benchmark, tmp_path, task, peer):
    tifffile.imwrite(tmp_path / "frame.tif", COUNTS)
    submission.write(tmp_path / "given.csv", IDS, BOXES, COLOUR)
    ours, theirs, *given = TASKS[task]
    given = [tmp_path / value if isinstance(value, str) else value for value in given]
    benchmark.group = f"{task}: ours and {theirs.__name__}"
    np.testing.assert_allclose(benchmark(theirs if peer else ours, *given), ours(*given), atol=5.1e-7)
