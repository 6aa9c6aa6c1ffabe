"""The originals' folders: each loader on a generated tree in that layout, files written in any order."""

import numpy as np
import pandas as pd
import PIL.Image
import pytest

from pixel_utils import data

RNG = np.random.default_rng(1)


def save(path, *, size=(40, 30), grey=None):
    """Write a picture of one grey, or of random colours, and return its values as read back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = RNG.integers(0, 256, (size[1], size[0], 3), np.uint8) if grey is None else np.full((*size[::-1], 3), grey)
    PIL.Image.fromarray(values.astype(np.uint8)).save(path)
    return data.read_picture(path)


@pytest.fixture
def mixed_folder(tmp_path):
    """Pictures with mixed endings, written out of order, among files that are none."""
    expected = {name: save(tmp_path / name) for name in ("z.png", "a.JPG", "sub/b.jpeg", "m.tif", "n.bmp")}
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "a.JPG").read_bytes()[:300])
    (tmp_path / ".hidden.png").write_text("passed over")
    save(tmp_path / "tiny.png", size=(5, 50))
    return tmp_path, expected


def test_a_folder_is_read_in_the_order_of_names(mixed_folder):
    folder, expected = mixed_folder
    with pytest.warns(UserWarning, match="left out 2 of 8 files"):
        pictures, ids, left_out = data.load_picture_folder(folder)
    assert ids == ["a.JPG", "m.tif", "n.bmp", "sub/b.jpeg", "tiny.png", "z.png"]
    for picture, name in zip(pictures, ids, strict=True):
        if name in expected:
            np.testing.assert_array_equal(picture, expected[name])
    assert sorted(left_out) == ["cut.jpg", "notes.txt"]


def test_unreadable_and_small_pictures_are_named_and_counted(mixed_folder):
    folder, expected = mixed_folder
    with pytest.warns(
        UserWarning, match=r"left out 3 of 8 files: cut\.jpg \(.*notes\.txt \(.*tiny\.png \(expected at le"
    ):
        pictures, ids, left_out = data.load_picture_folder(folder, size=20)
    assert left_out["tiny.png"] == "expected at least 20 x 20 pixels, found 5 x 50"
    np.testing.assert_array_equal(pictures[0], expected[ids[0]][5:25, 10:30])


def test_a_limit_counts_pictures(mixed_folder):
    pictures, ids, _ = data.load_picture_folder(mixed_folder[0], limit=1)
    assert (len(pictures), ids) == (1, ["a.JPG"])


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a folder of pictures"):
        data.load_picture_folder(tmp_path / "nowhere")
    (tmp_path / "a.txt").write_text("no")
    with (
        pytest.warns(UserWarning, match="left out 1 of 1"),
        pytest.raises(ValueError, match="expected pictures, found none among 1 files"),
    ):
        data.load_picture_folder(tmp_path)


@pytest.fixture
def caltech(tmp_path):
    for name in ("198.spider/198_0002.jpg", "006.basketball-hoop/006_0018.JPG", "198.spider/198_0001.jpg"):
        save(tmp_path / "256_ObjectCategories" / name, size=(200, 160))
    save(tmp_path / "256_ObjectCategories/006.basketball-hoop/006_0001.jpg", size=(100, 160))
    return tmp_path


@pytest.mark.parametrize("inside", ["", "256_ObjectCategories"])
def test_caltech_tree(caltech, inside):
    with pytest.warns(UserWarning, match="left out 1 of 4"):
        pictures, labels, ids, left_out = data.load_caltech256(caltech / inside, size=150)
    assert pictures.shape == (3, 150, 150, 3)
    assert labels.tolist() == [6, 198, 198]
    assert ids[1:] == ["198.spider/198_0001.jpg", "198.spider/198_0002.jpg"]
    assert list(left_out) == ["006.basketball-hoop/006_0001.jpg"]


def test_caltech_tree_with_a_stray_picture_is_refused(caltech):
    save(caltech / "256_ObjectCategories/stray.jpg", size=(200, 200))
    with (
        pytest.warns(UserWarning, match="left out 1 of 5"),
        pytest.raises(ValueError, match=r"NNN\.category/NNN_MMMM\.jpg, found stray\.jpg"),
    ):
        data.load_caltech256(caltech, size=150)


@pytest.fixture
def reconstruction(tmp_path):
    """The photo-reconstruction tree: pairs of two classes, three test pictures and their table."""
    for number, (kind, stem) in enumerate([("Tiger", "t2"), ("Cat", "c1"), ("Tiger", "t1")]):
        save(tmp_path / f"Training_Data/{kind}/Masked_Train/{stem}.jpg", grey=10 * number)
        save(tmp_path / f"Training_Data/{kind}/Unmasked_Train/{stem}.png", grey=10 * number + 100)
    for name in ("x3.jpg", "x1.jpg", "x2.jpg"):
        save(tmp_path / f"Testing_Data/Masked_Test/{name}", size=(256, 256), grey=int(name[1]) * 20)
    table = pd.DataFrame(
        {"filename": ["x2.jpg", "x3.jpg", "x1.jpg"], "y1": [1, 2, 3], "x1": 4, "y2": 5, "x2": [6, 7, 8]}
    )
    table.to_csv(tmp_path / "Testing_Data/masked_info.csv")
    return tmp_path


def test_reconstruction_pairs_are_matched_by_name(reconstruction):
    masked, whole, ids = data.load_reconstruction_pairs(reconstruction)
    assert ids == ["Cat/c1", "Tiger/t1", "Tiger/t2"]
    assert masked.shape == whole.shape == (3, 30, 40, 3)
    np.testing.assert_allclose(whole.mean(axis=(1, 2, 3)) - masked.mean(axis=(1, 2, 3)), 100, atol=2)
    assert data.load_reconstruction_pairs(reconstruction, limit=1)[2] == ["Cat/c1", "Tiger/t1"]


def test_a_reconstruction_picture_without_partner_is_named(reconstruction):
    (reconstruction / "Training_Data/Tiger/Unmasked_Train/t1.png").unlink()
    with pytest.raises(ValueError, match=r"Tiger: expected a masked and an unmasked picture .* partner for \['t1'\]"):
        data.load_reconstruction_pairs(reconstruction)


def test_reconstruction_pictures_of_another_size_are_named(reconstruction):
    save(reconstruction / "Training_Data/Tiger/Masked_Train/t2.jpg", size=(41, 30))
    with pytest.raises(ValueError, match=r"expected pictures of shape \(30, 40, 3\), found \(30, 41, 3\) in Tiger/t2"):
        data.load_reconstruction_pairs(reconstruction)


def test_two_pictures_of_one_name_are_refused(reconstruction):
    save(reconstruction / "Testing_Data/backup/x3.jpg", size=(256, 256))
    with pytest.raises(ValueError, match=r"expected one picture x3\.jpg, found .*x3\.jpg and .*x3\.jpg"):
        data.load_reconstruction_test(reconstruction)
    save(reconstruction / "Training_Data/Tiger/Masked_Train/t1.bmp")
    with pytest.raises(ValueError, match=r"Masked_Train: expected one picture t1, found .*t1\.bmp and .*t1\.jpg"):
        data.load_reconstruction_pairs(reconstruction)


def test_reconstruction_test_follows_its_table(reconstruction):
    masked, boxes, ids = data.load_reconstruction_test(reconstruction)
    assert ids == ["x2.jpg", "x3.jpg", "x1.jpg"]
    np.testing.assert_allclose(masked.mean(axis=(1, 2, 3)), [40, 60, 20], atol=2)
    assert boxes[1].tolist() == [[2, 4], [5, 7]]


def test_the_test_part_takes_nothing_from_the_training_part(reconstruction):
    for kind in ("Masked_Train", "Unmasked_Train"):
        save(reconstruction / f"Training_Data/Tiger/{kind}/x1.jpg", grey=200)
    (reconstruction / "Training_Data/Tiger/Masked_Train/masked_info.csv").write_text("another table\n")
    masked, _, ids = data.load_reconstruction_test(reconstruction)
    assert abs(masked[ids.index("x1.jpg")].mean() - 20) < 2


def test_test_pictures_of_another_size_are_named(reconstruction):
    save(reconstruction / "Testing_Data/Masked_Test/x3.jpg", size=(256, 255))
    with pytest.raises(ValueError, match=r"shape \(256, 256, 3\), found \(255, 256, 3\) in x3\.jpg"):
        data.load_reconstruction_test(reconstruction)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop(columns="x2"), r"expected columns \['filename', 'y1', 'x1', 'y2', 'x2'\], found"),
        (lambda table: table.replace("x3.jpg", "x9.jpg"), r"names 1 pictures that are not there: \['x9\.jpg'\]"),
        (lambda table: table.replace("x3.jpg", "x2.jpg"), r"expected each file once, found x2\.jpg again"),
        (lambda table: table.replace(7, 182), r"inside 256 x 256, .*from 0 to 181, found x2 = 182 for x3\.jpg"),
        (lambda table: table.replace(7, -1), r"inside 256 x 256, .*from 0 to 181, found x2 = -1 for x3\.jpg"),
        (lambda table: table.replace(7, 7.5), r"a whole number from 0 to 181, found x2 = 7\.5 for x3\.jpg"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(reconstruction, change, message):
    path = reconstruction / "Testing_Data/masked_info.csv"
    change(pd.read_csv(path, index_col=0)).to_csv(path)
    with pytest.raises((ValueError, FileNotFoundError), match=rf"masked_info\.csv: .*{message}"):
        data.load_reconstruction_test(reconstruction)


def test_missing_reconstruction_folders_are_refused(tmp_path):
    (tmp_path / "empty/Training_Data/Cat/Masked_Train").mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match=r"Unmasked_Train: expected a folder of pictures, found no such folder"):
        data.load_reconstruction_pairs(tmp_path / "empty")
    (tmp_path / "empty/Training_Data/Cat/Unmasked_Train").mkdir()
    with pytest.raises(ValueError, match="expected pairs of pictures, found none in 1 classes"):
        data.load_reconstruction_pairs(tmp_path / "empty")
    with pytest.raises(FileNotFoundError, match=r"expected Training_Data/\{Class\}/Masked_Train"):
        data.load_reconstruction_pairs(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"expected masked_info\.csv"):
        data.load_reconstruction_test(tmp_path)
