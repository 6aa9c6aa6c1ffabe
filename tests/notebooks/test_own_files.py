"""What the opening cells of notebooks make of the reader's own files."""

import numpy as np
import PIL.Image
import pytest

from book.make.paths import COMPARISON, NOTEBOOKS, TEMPLATE, all_chapters
from book.make.profiles import OWN, OWN_TAG, check_own_files, code_cells, profile_parameters

OPENING = [name for name in [*all_chapters(), TEMPLATE] if name != COMPARISON]
FRAMES, PHOTOS, GAPS = "02_centre_pixel", "03_image_scaling", "05_image_regeneration"


@pytest.fixture
def check(tmp_path):
    """Let a notebook open files that are there in a folder, as before it runs; the function takes their names."""
    counts = np.full((300, 300), 2500, np.uint16)
    counts[100:200, 140:160] = 52500
    PIL.Image.fromarray(counts).save(tmp_path / "good.png")
    (tmp_path / "page.png").write_text("<html>")
    dead = np.zeros((9, 9), np.uint16)
    PIL.Image.fromarray(dead).save(tmp_path / "two.tif", save_all=True, append_images=[PIL.Image.fromarray(dead + 1)])
    PIL.Image.new("RGB", (300, 400)).save(tmp_path / "photo.png")
    for name, size, corner in (("small", (20, 20), 255), ("edge", (300, 400), 255), ("flat", (300, 400), 0)):
        mask = PIL.Image.new("L", size)
        mask.putpixel((0, 0), corner)
        mask.save(tmp_path / f"{name}.png")

    def open_them(notebook, **given):
        given = {name: str(tmp_path / value) if name in OWN else value for name, value in given.items()}
        check_own_files(notebook, profile_parameters(notebook, "smoke") | given)

    return open_them


@pytest.mark.parametrize(
    ("notebook", "given"), [*((name, {}) for name in OPENING), (FRAMES, {"picture": "two.tif", "page": 1})]
)
def test_a_file_that_a_notebook_can_take_is_taken(check, notebook, given):
    check(notebook, **{"picture": "good.png"} | given)


@pytest.mark.parametrize(
    ("notebook", "given", "message"),
    [
        *((name, {"picture": "page.png"}, r"page\.png: expected .*, found a web page") for name in OPENING),
        *((name, {"picture": "none.png"}, r"none\.png: expected .*, found no such file") for name in OPENING),
        (FRAMES, {"picture": "two.tif"}, "expected one picture, found 2 frames or pages"),
        (FRAMES, {"picture": "two.tif", "page": 2}, "expected a page from 0 to 1, found 2"),
        (FRAMES, {"picture": "two.tif", "page": 0}, "expected"),
        (PHOTOS, {"pictures": "."}, r"expected 72 pictures of 150 x 150 pixels or more, found \d"),
        (GAPS, {"boxes": [[250, 250]]}, "expected"),
        (GAPS, {"picture": "photo.png", "boxes": [[-1, 20]]}, "expected"),
        (GAPS, {"picture": "photo.png", "mask": "small.png"}, "expected the photograph's size 300 x 400 or 256 x 256"),
        (GAPS, {"picture": "photo.png", "mask": "edge.png"}, r"edge\.png: marks nothing of the central square"),
        (GAPS, {"picture": "photo.png", "mask": "flat.png"}, r"flat\.png: expected white where .* found one tone only"),
        (GAPS, {"picture": "photo.png", "mask": "none.png"}, r"none\.png: expected .* found no such file"),
        (GAPS, {"pictures": "."}, "expected a folder of pictures, found no such folder"),
    ],
)
def test_a_file_that_a_notebook_cannot_take_is_refused_before_it_runs(check, notebook, given, message):
    with pytest.raises(SystemExit, match=rf"{notebook}\.yml: smoke: .*{message}"):
        check(notebook, **given)


def opened(notebook, **parameters):
    """Run the cells of a notebook that open the reader's files; return what they leave."""
    names = {"picture": "", "pictures": "", "mask": "", "boxes": [[0, 0], [9, 9]], "page": -1, "swap_bytes": False}
    names |= parameters
    for cell in code_cells(NOTEBOOKS / f"{notebook}.ipynb", OWN_TAG):
        exec(cell, names)
    return names


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
    mask.putpixel((size[0] // 2, size[1] // 2), 255)
    mask.save(tmp_path / "mask.png")
    names = opened(GAPS, picture=str(tmp_path / "picture.png"), mask=str(tmp_path / "mask.png"))
    rows, columns = np.nonzero(names["your_missing"])
    pixel = max(1, 256 // size[1])
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == pixel + 2 * grown
    assert rows.min() + grown == 128


def test_chapter_03_takes_the_tree_of_caltech_256(tmp_path):
    for number in range(73):
        path = tmp_path / f"256_ObjectCategories/{number % 3 + 1:03}.kind/{number % 3 + 1:03}_{number:04}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.new("L", (1500, 1000) if number else (1500, 200), number).save(path)
    with pytest.warns(UserWarning, match="left out 1 of 73 files: .*expected 150 x 150 pixels or more"):
        photographs = opened(PHOTOS, pictures=str(tmp_path))["own_pictures"]
    assert len(photographs) == 72
    assert {photograph.shape for photograph in photographs.values()} == {(480, 720, 3)}


def test_chapter_02_takes_a_folder_of_frames(tmp_path):
    for name in "ab":
        PIL.Image.fromarray(np.full((9, 9), 3000, np.uint16)).save(tmp_path / f"{name}.png")
    assert list(opened(FRAMES, pictures=str(tmp_path))["many"]) == ["a.png", "b.png"]


def test_chapter_05_takes_the_contests_tree_with_and_without_its_test_part(tmp_path):
    for kind in ("Masked", "Unmasked"):
        folder = tmp_path / f"Training_Data/Cat/{kind}_Train"
        folder.mkdir(parents=True)
        for number in range(60):
            PIL.Image.new("L", (256, 256)).save(folder / f"{number}.png")
    assert opened(GAPS, pictures=str(tmp_path))["your_test"] is None
    (tmp_path / "Testing_Data").mkdir()
    with pytest.raises(FileNotFoundError, match=r"expected masked_info\.csv"):
        opened(GAPS, pictures=str(tmp_path))
    PIL.Image.new("L", (256, 256)).save(tmp_path / "Testing_Data/a.png")
    (tmp_path / "Testing_Data/masked_info.csv").write_text("filename,y1,x1,y2,x2\na.png,1,2,3,4\n")
    _, boxes, ids = opened(GAPS, pictures=str(tmp_path))["your_test"]
    assert (boxes.tolist(), ids) == ([[[1, 2], [3, 4]]], ["a.png"])
