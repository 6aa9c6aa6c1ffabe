"""What the opening cells of notebooks make of the reader's own files."""

import numpy as np
import PIL.Image
import pytest
from paths import NOTEBOOKS
from profiles import OWN_TAG, tagged_cells


@pytest.mark.parametrize(
    ("size", "grown"),
    [
        ((256, 256), 0),
        # Cut, but not resized.
        ((300, 256), 0),
        # Halved, and enlarged: one pixel reaches as far as Lanczos' filter does.
        ((512, 512), 3),
        ((128, 128), 6),
    ],
)
def test_a_mask_grows_where_its_picture_is_resized_and_only_there(tmp_path, size, grown):
    PIL.Image.new("RGB", size).save(tmp_path / "picture.png")
    mask = PIL.Image.new("L", size)
    middle = (size[0] // 2, size[1] // 2)
    mask.putpixel(middle, 255)
    mask.save(tmp_path / "mask.png")
    names = {"picture": str(tmp_path / "picture.png"), "mask": str(tmp_path / "mask.png"), "pictures": ""}
    for cell in tagged_cells(NOTEBOOKS / "05_image_regeneration.ipynb", OWN_TAG):
        exec(cell, names)
    rows, columns = np.nonzero(names["your_missing"])
    pixel = max(1, 256 // size[1])
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == pixel + 2 * grown
    assert rows.min() + grown == 128
