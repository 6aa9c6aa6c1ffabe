"""Folders from outside: each loader on a generated tree in its layout, files written in any order."""

import numpy as np
import PIL.Image
import pytest
import tifffile

from pixel_utils import folders, foreign

RNG = np.random.default_rng(1)
COUNTS = RNG.integers(0, 65536, (30, 50), np.uint16)


def save(path, *, size=(40, 30), grey=None):
    """Write a picture of one grey, or of random colours, and return its values as read back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = RNG.integers(0, 256, (size[1], size[0], 3), np.uint8) if grey is None else np.full((*size[::-1], 3), grey)
    PIL.Image.fromarray(values.astype(np.uint8)).save(path)
    return foreign.read_picture(path)


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
    with pytest.warns(UserWarning, match="left out 3 of 9 files"):
        pictures, ids, left_out = folders.load_picture_folder(folder)
    assert ids == ["a.JPG", "m.tif", "n.bmp", "sub/b.jpeg", "tiny.png", "z.png"]
    for picture, name in zip(pictures, ids, strict=True):
        if name in expected:
            np.testing.assert_array_equal(picture, expected[name])
    assert sorted(left_out) == [".hidden.png", "cut.jpg", "notes.txt"]


def test_unreadable_and_small_pictures_are_named_and_counted(mixed_folder):
    folder, expected = mixed_folder
    with pytest.warns(
        UserWarning, match=r"left out 4 of 9 files: .*cut\.jpg \(.*notes\.txt \(.*tiny\.png \(expected at le"
    ):
        pictures, ids, left_out = folders.load_picture_folder(folder, size=20)
    assert left_out["tiny.png"] == "expected at least 20 x 20 pixels, found 5 x 50"
    np.testing.assert_array_equal(pictures[0], expected[ids[0]][5:25, 10:30])


def test_a_limit_counts_pictures(mixed_folder):
    with pytest.warns(UserWarning, match=r"reads no more than 1 files; the last 7, from cut\.jpg on, were not"):
        pictures, ids, _ = folders.load_picture_folder(mixed_folder[0], limit=1)
    assert (len(pictures), ids) == (1, ["a.JPG"])


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a folder of pictures"):
        folders.load_picture_folder(tmp_path / "nowhere")
    (tmp_path / "a.txt").write_text("no")
    with (
        pytest.warns(UserWarning, match="left out 1 of 1"),
        pytest.raises(ValueError, match="expected pictures, found none among 1 files"),
    ):
        folders.load_picture_folder(tmp_path)


@pytest.fixture
def caltech(tmp_path):
    for name in ("198.spider/198_0002.jpg", "006.basketball-hoop/006_0018.JPG", "198.spider/198_0001.jpg"):
        save(tmp_path / "256_ObjectCategories" / name, size=(200, 160))
    save(tmp_path / "256_ObjectCategories/006.basketball-hoop/006_0001.jpg", size=(100, 160))
    return tmp_path


@pytest.mark.parametrize("inside", ["", "256_ObjectCategories"])
def test_caltech_tree(caltech, inside):
    with pytest.warns(UserWarning, match="left out 1 of 4"):
        pictures, labels, ids, left_out = folders.load_caltech256(caltech / inside, size=150)
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
        folders.load_caltech256(caltech, size=150)


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_frames_keep_every_count(tmp_path, byteorder):
    tifffile.imwrite(tmp_path / "b.tiff", COUNTS, byteorder=byteorder)
    PIL.Image.fromarray(COUNTS).save(tmp_path / "a.PNG")
    frames = folders.load_frame_folder(tmp_path)
    assert list(frames) == ["a.PNG", "b.tiff"]
    for frame in frames.values():
        assert frame.dtype == np.uint16
        np.testing.assert_array_equal(frame, COUNTS)


def test_a_folder_without_frames_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected 16-bit TIFF or PNG frames, found none among 0 files"):
        folders.load_frame_folder(tmp_path)
    with pytest.raises(FileNotFoundError, match="expected a folder of 16-bit TIFF or PNG frames"):
        folders.load_frame_folder(tmp_path / "nowhere")


def test_foreign_files_among_frames_are_left_out_counted_and_named(tmp_path):
    PIL.Image.fromarray(COUNTS).save(tmp_path / "f0.png")
    tifffile.imwrite(tmp_path / "stack.tif", np.stack([COUNTS, COUNTS]))
    (tmp_path / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / "notes.txt").write_text("a note")
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    (tmp_path / "__MACOSX").mkdir()
    names = (".DS_Store (hidden)", "__MACOSX (hidden)", "Thumbs.db (", "notes.txt (", "stack.tif (expected one picture")
    with pytest.warns(UserWarning, match="left out 5 of 6 files") as warned:
        assert list(folders.load_frame_folder(tmp_path)) == ["f0.png"]
    assert all(name in str(warned[0].message) for name in names)


def test_links_are_followed_and_those_that_lead_nowhere_are_named(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    save(inside / "a.png")
    save(outside / "deep/b.png")
    (inside / "folder").symlink_to(outside)
    (inside / "file.png").symlink_to(outside / "deep/b.png")
    (inside / "lost.png").symlink_to(tmp_path / "nowhere.png")
    (outside / "deep/back").symlink_to(inside)
    (inside / "self").symlink_to(inside)
    with pytest.warns(UserWarning, match="left out 4 of 6 files"):
        _, ids, left_out = folders.load_picture_folder(inside)
    assert ids == ["a.png", "file.png"]
    again = "is read already under another name"
    assert left_out == {
        "lost.png": "a link that leads nowhere",
        "self": again,
        "folder/deep/back": again,
        "folder/deep/b.png": again,
    }


@pytest.mark.parametrize("link", ["0_before", "z_after"])
def test_what_is_linked_from_beside_it_is_read_once_and_where_it_stands(tmp_path, link):
    save(tmp_path / "cats/a.png")
    (tmp_path / link).symlink_to(tmp_path / "cats")
    (tmp_path / f"{link}.png").symlink_to(tmp_path / "cats/a.png")
    with pytest.warns(UserWarning, match="left out 2 of 3 files"):
        _, ids, left_out = folders.load_picture_folder(tmp_path)
    assert ids == ["cats/a.png"]
    assert sorted(left_out) == sorted([link, f"{link}.png"])


def test_names_that_look_alike_are_both_seen(tmp_path):
    for name in ("\u00e9.png", "e\u0301.png"):
        save(tmp_path / name)
    with pytest.warns(UserWarning, match="left out 1 of 2 files: .*same name as another"):
        _, ids, left_out = folders.load_picture_folder(tmp_path)
    assert ids == ["\u00e9.png"]
    assert list(left_out) in (["\u00e9.png"], ["e\u0301.png"])


def test_a_linked_category_is_a_category(caltech, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    save(elsewhere / "001_0001.jpg", size=(200, 160))
    (caltech / "256_ObjectCategories/001.ak47").symlink_to(elsewhere)
    with pytest.warns(UserWarning, match="left out 1 of 5"):
        _, labels, ids, _ = folders.load_caltech256(caltech, size=150)
    assert labels[0] == 1
    assert ids[0] == "001.ak47/001_0001.jpg"


def test_a_folder_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    save(tmp_path / "a.png")
    (tmp_path / "closed").mkdir()
    listed = folders.Path.iterdir

    def refuse(path):
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(folders.Path, "iterdir", refuse)
    with pytest.warns(UserWarning, match=r"closed \(cannot be read: Permission denied\)"):
        assert folders.load_picture_folder(tmp_path)[1] == ["a.png"]


def test_names_come_in_the_composed_form_and_paths_may_begin_at_home(tmp_path, monkeypatch):
    save(tmp_path / "cafe\u0301/e\u0301.png")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert folders.load_picture_folder("~/cafe\u0301")[1] == ["\u00e9.png"]
