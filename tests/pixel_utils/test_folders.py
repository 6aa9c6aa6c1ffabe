"""Folders from outside, files written in any order."""

import os

import numpy as np
import PIL.Image
import pytest
import tifffile

from pixel_utils import folders, foreign

COUNTS = np.random.default_rng(1).integers(0, 65536, (30, 50), np.uint16)


def read_pictures(folder, **options):
    return folders.read_folder(folder, foreign.read_picture, **options)


@pytest.fixture
def mixed_folder(tmp_path, save_picture):
    """Pictures with mixed endings, written out of order, among files that are none."""
    expected = {name: save_picture(tmp_path / name) for name in ("z.png", "a.JPG", "sub/b.jpeg", "m.tif", "n.bmp")}
    (tmp_path / "notes.txt").write_text("not a picture")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "a.JPG").read_bytes()[:300])
    (tmp_path / ".hidden.png").write_text("passed over")
    save_picture(tmp_path / "tiny.png", size=(5, 50))
    return tmp_path, expected


def test_a_folder_is_read_in_the_order_of_names(mixed_folder):
    folder, expected = mixed_folder
    with pytest.warns(UserWarning, match=r"left out 3 of 9 files: .*cut\.jpg \(.*notes\.txt \("):
        pictures, left_out = read_pictures(folder)
    assert list(pictures) == ["a.JPG", "m.tif", "n.bmp", "sub/b.jpeg", "tiny.png", "z.png"]
    for name, picture in expected.items():
        np.testing.assert_array_equal(pictures[name], picture)
    assert sorted(left_out) == [".hidden.png", "cut.jpg", "notes.txt"]


def test_what_a_reader_refuses_is_named_and_counted(mixed_folder):
    def central(file):
        return foreign.central_square(foreign.read_picture(file), 20)

    folder, expected = mixed_folder
    with pytest.warns(UserWarning, match=r"left out 4 of 9 files: .*tiny\.png \(picture: expected at le"):
        pictures, left_out = folders.read_folder(folder, central)
    assert left_out["tiny.png"] == "picture: expected at least 20 x 20 pixels, found 5 x 50"
    np.testing.assert_array_equal(pictures["a.JPG"], expected["a.JPG"][5:25, 10:30])


@pytest.mark.filterwarnings("ignore:.*left out 1 of 2")
def test_a_limit_counts_pictures(mixed_folder):
    with pytest.warns(UserWarning, match=r"reads no more than 1 files; the last 7, from cut\.jpg on, were not"):
        assert list(read_pictures(mixed_folder[0], limit=1)[0]) == ["a.JPG"]


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected a folder of maps, found no such folder"):
        read_pictures(tmp_path / "nowhere", expected="maps")
    (tmp_path / "a.txt").write_text("no")
    with (
        pytest.warns(UserWarning, match="left out 1 of 1"),
        pytest.raises(ValueError, match="expected maps, found none among 1 files"),
    ):
        read_pictures(tmp_path, expected="maps")


def test_files_of_other_names_than_the_pattern_are_left_out(mixed_folder):
    with pytest.warns(UserWarning, match=r"left out 8 of 9 files: .*z\.png \(not where such files are expected\)"):
        assert list(read_pictures(mixed_folder[0], pattern="[^/]+/.*")[0]) == ["sub/b.jpeg"]


def test_foreign_files_among_frames_are_left_out_counted_and_named(tmp_path):
    PIL.Image.fromarray(COUNTS).save(tmp_path / "f1.PNG")
    tifffile.imwrite(tmp_path / "f0.tiff", COUNTS, byteorder=">")
    tifffile.imwrite(tmp_path / "stack.tif", np.stack([COUNTS, COUNTS]))
    (tmp_path / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0")
    (tmp_path / ".DS_Store").write_bytes(b"\0")
    (tmp_path / "__MACOSX").mkdir()
    with pytest.warns(UserWarning, match="left out 4 of 6 files") as warned:
        frames, _ = folders.read_folder(tmp_path, foreign.read_frame)
    names = (".DS_Store (hidden)", "__MACOSX (hidden)", "Thumbs.db (", "stack.tif (expected one picture")
    assert all(name in str(warned[0].message) for name in names)
    assert list(frames) == ["f0.tiff", "f1.PNG"]
    for frame in frames.values():
        np.testing.assert_array_equal(frame, COUNTS, strict=True)


def test_links_are_followed_and_those_that_lead_nowhere_are_named(tmp_path, save_picture):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    save_picture(inside / "a.png")
    save_picture(outside / "deep/b.png")
    links = {"folder": outside, "file.png": outside / "deep/b.png", "lost.png": tmp_path / "nowhere", "self": inside}
    for name, target in links.items():
        (inside / name).symlink_to(target)
    (outside / "deep/back").symlink_to(inside)
    with pytest.warns(UserWarning, match="left out 4 of 6 files"):
        pictures, left_out = read_pictures(inside)
    assert list(pictures) == ["a.png", "file.png"]
    assert left_out == {"lost.png": "a link that leads nowhere"} | dict.fromkeys(
        ["self", "folder/deep/back", "folder/deep/b.png"], "already read under another name"
    )


@pytest.mark.parametrize("link", ["0_before", "z_after"])
def test_what_is_linked_from_beside_it_is_read_once_and_where_it_stands(tmp_path, save_picture, link):
    save_picture(tmp_path / "cats/a.png")
    (tmp_path / link).symlink_to(tmp_path / "cats")
    (tmp_path / f"{link}.png").symlink_to(tmp_path / "cats/a.png")
    with pytest.warns(UserWarning, match="left out 2 of 3 files"):
        pictures, left_out = read_pictures(tmp_path)
    assert list(pictures) == ["cats/a.png"]
    assert sorted(left_out) == sorted([link, f"{link}.png"])


def test_names_that_look_alike_are_both_seen(tmp_path, save_picture):
    for name in ("\u00e9.png", "e\u0301.png"):
        save_picture(tmp_path / name)
    with pytest.warns(UserWarning, match="left out 1 of 2 files: .*same name as another"):
        assert list(read_pictures(tmp_path)[0]) == ["\u00e9.png"]


def test_what_cannot_be_read_is_named(tmp_path, save_picture, monkeypatch):
    save_picture(tmp_path / "a.png")
    (tmp_path / "closed").mkdir()
    os.mkfifo(tmp_path / "pipe")
    listed = folders.Path.iterdir

    def refuse(path):
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(folders.Path, "iterdir", refuse)
    with pytest.warns(UserWarning, match=r"closed \(cannot be read: Permission denied\); pipe \(neither a file nor a"):
        assert list(read_pictures(tmp_path)[0]) == ["a.png"]


def test_names_come_in_the_composed_form_and_paths_may_begin_at_home(tmp_path, save_picture, monkeypatch):
    save_picture(tmp_path / "cafe\u0301/e\u0301.png")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert list(read_pictures("~/cafe\u0301")[0]) == ["\u00e9.png"]
