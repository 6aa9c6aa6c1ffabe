"""What the opening cells of notebooks make of the reader's own files."""

import numpy as np
import PIL.Image
import pytest

from book.make.paths import NOTEBOOKS
from book.make.profiles import OWN_TAG, tagged_cells


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


def opened(notebook, **parameters):
    """Run the cells of a notebook that open the reader's files; return what they leave."""
    names = {"picture": "", "pictures": "", "mask": "", "boxes": [[0, 0], [9, 9]], "page": -1, "swap_bytes": False}
    names |= parameters
    for cell in tagged_cells(NOTEBOOKS / f"{notebook}.ipynb", OWN_TAG):
        exec(cell, names)
    return names


def test_chapter_03_takes_the_tree_of_caltech_256(tmp_path):
    for number in range(73):
        folder = tmp_path / f"256_ObjectCategories/{number % 3 + 1:03}.kind"
        folder.mkdir(parents=True, exist_ok=True)
        size = (1500, 1000) if number else (1500, 200)
        PIL.Image.new("L", size, number).save(folder / f"{number % 3 + 1:03}_{number:04}.jpg")
    with pytest.warns(UserWarning, match="left out 1 of 73 files: .*expected 150 x 150 pixels or more"):
        photographs = opened("03_image_scaling", pictures=str(tmp_path))["own_pictures"]
    assert len(photographs) == 72
    assert {photograph.shape for photograph in photographs.values()} == {(480, 720, 3)}


def test_chapter_02_takes_a_folder_of_frames(tmp_path):
    for name in "ab":
        PIL.Image.fromarray(np.full((9, 9), 3000, np.uint16)).save(tmp_path / f"{name}.png")
    assert list(opened("02_centre_pixel", pictures=str(tmp_path))["many"]) == ["a.png", "b.png"]


def test_chapter_05_takes_the_contests_tree_with_and_without_its_test_part(tmp_path):
    for kind in ("Masked", "Unmasked"):
        folder = tmp_path / f"Training_Data/Cat/{kind}_Train"
        folder.mkdir(parents=True)
        for number in range(60):
            PIL.Image.new("L", (256, 256)).save(folder / f"{number}.png")
    assert opened("05_image_regeneration", pictures=str(tmp_path))["your_test"] is None
    (tmp_path / "Testing_Data").mkdir()
    with pytest.raises(FileNotFoundError, match=r"expected masked_info\.csv"):
        opened("05_image_regeneration", pictures=str(tmp_path))
    PIL.Image.new("L", (256, 256)).save(tmp_path / "Testing_Data/a.png")
    (tmp_path / "Testing_Data/masked_info.csv").write_text("filename,y1,x1,y2,x2\na.png,1,2,3,4\n")
    _, boxes, ids = opened("05_image_regeneration", pictures=str(tmp_path))["your_test"]
    assert (boxes.tolist(), ids) == ([[[1, 2], [3, 4]]], ["a.png"])
