"""Pictures and frames from outside: every kind is read as a person would see it, or refused by name."""

import io

import numpy as np
import PIL.Image
import pytest
import tifffile

from pixel_utils import data

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 256, (40, 60, 3), np.uint8)
COUNTS = RNG.integers(0, 65536, (30, 50), np.uint16)


def test_a_colour_picture_is_read_as_it_is(tmp_path):
    PIL.Image.fromarray(COLOURS).save(tmp_path / "a.png")
    np.testing.assert_array_equal(data.read_picture(tmp_path / "a.png"), COLOURS)


def test_grey_becomes_three_equal_channels(tmp_path):
    PIL.Image.fromarray(COLOURS[..., 0]).save(tmp_path / "grey.png")
    np.testing.assert_array_equal(data.read_picture(tmp_path / "grey.png"), np.repeat(COLOURS[..., :1], 3, axis=2))


def test_palette_becomes_its_colours(tmp_path):
    palette = PIL.Image.fromarray(COLOURS).quantize(16)
    palette.save(tmp_path / "palette.png")
    np.testing.assert_array_equal(data.read_picture(tmp_path / "palette.png"), np.asarray(palette.convert("RGB")))


def test_cmyk_becomes_rgb(tmp_path):
    PIL.Image.new("CMYK", (5, 4), (0, 255, 255, 0)).save(tmp_path / "print.tif")
    assert data.read_picture(tmp_path / "print.tif")[0, 0].tolist() == [255, 0, 0]


def test_transparent_parts_are_laid_over_black(tmp_path):
    picture = PIL.Image.new("RGBA", (2, 1), (200, 100, 50, 255))
    picture.putpixel((1, 0), (200, 100, 50, 0))
    picture.save(tmp_path / "alpha.png")
    assert data.read_picture(tmp_path / "alpha.png").tolist() == [[[200, 100, 50], [0, 0, 0]]]


def test_a_turned_photo_is_set_upright(tmp_path):
    exif = PIL.Image.Exif()
    exif[274] = 6  # the camera was held on its side
    PIL.Image.fromarray(np.rot90(COLOURS).copy()).save(tmp_path / "turned.png", exif=exif)
    np.testing.assert_array_equal(data.read_picture(tmp_path / "turned.png"), COLOURS)


def test_one_pixel_is_a_picture(tmp_path):
    PIL.Image.new("RGB", (1, 1), "red").save(tmp_path / "one.png")
    assert data.read_picture(tmp_path / "one.png").tolist() == [[[255, 0, 0]]]


def encoded(**options):
    buffer = io.BytesIO()
    PIL.Image.fromarray(COLOURS).save(buffer, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jpg", b""),
        ("foreign.jpg", b"%PDF-1.7 no picture"),
        ("broken.png", b"\x89PNG\r\n\x1a\n broken"),
        ("short.png", encoded(format="png")[:1500]),
        ("short.jpg", encoded(format="jpeg")[:700]),
        ("short.tif", encoded(format="tiff")[:1000]),
    ],
)
@pytest.mark.parametrize("read", [data.read_picture, data.read_frame, data.load_digit_picture])
def test_what_does_not_open_is_refused_by_name(tmp_path, name, content, read):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"{name}: expected a picture, found a file that does not open as one"):
        read(tmp_path / name)


def test_huge_animated_and_missing_pictures_are_refused(tmp_path):
    PIL.Image.new("1", (8000, 8000)).save(tmp_path / "huge.png")
    with pytest.raises(
        ValueError, match=r"huge\.png: expected a picture of at most 50,000,000 pixels, found 8000 x 8000"
    ):
        data.read_picture(tmp_path / "huge.png")
    PIL.Image.new("1", (20000, 20000)).save(tmp_path / "bomb.png")
    with pytest.raises(ValueError, match=r"bomb\.png"):
        data.read_picture(tmp_path / "bomb.png")
    pages = [PIL.Image.new("L", (4, 4), grey) for grey in (0, 255)]
    pages[0].save(tmp_path / "moving.gif", save_all=True, append_images=pages[1:])
    with pytest.raises(ValueError, match=r"moving\.gif: expected one picture, found 2 frames or pages"):
        data.read_picture(tmp_path / "moving.gif")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.png: expected a picture, found no such file"):
        data.read_picture(tmp_path / "nowhere.png")


def test_a_phones_photograph_brings_a_preview_along(tmp_path):
    """Multi-picture files of cameras end in jpg; the first picture is the photograph."""
    photo, preview = (PIL.Image.new("RGB", size, "red") for size in ((40, 30), (4, 3)))
    photo.save(tmp_path / "phone.jpg", format="MPO", save_all=True, append_images=[preview])
    assert data.read_picture(tmp_path / "phone.jpg").shape == (30, 40, 3)


def test_sixteen_bits_are_counts_and_not_a_picture(tmp_path):
    PIL.Image.fromarray(COUNTS).save(tmp_path / "counts.png")
    with pytest.raises(ValueError, match=r"counts\.png: expected 8 bits a channel, found mode I;16; read_frame"):
        data.read_picture(tmp_path / "counts.png")
    PIL.Image.fromarray(COLOURS).save(tmp_path / "colours.png")
    with pytest.raises(ValueError, match=r"colours\.png: expected one channel of 16 bits, found mode RGB"):
        data.read_frame(tmp_path / "colours.png")


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_frames_keep_every_count(tmp_path, byteorder):
    tifffile.imwrite(tmp_path / "b.tiff", COUNTS, byteorder=byteorder)
    PIL.Image.fromarray(COUNTS).save(tmp_path / "a.PNG")
    frames = data.load_frame_folder(tmp_path)
    assert list(frames) == ["a.PNG", "b.tiff"]
    for frame in frames.values():
        assert frame.dtype == np.uint16
        np.testing.assert_array_equal(frame, COUNTS)


def test_a_folder_without_frames_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected 16-bit TIFF or PNG frames, found no file"):
        data.load_frame_folder(tmp_path)
    with pytest.raises(FileNotFoundError, match="expected a folder of frames"):
        data.load_frame_folder(tmp_path / "nowhere")


def test_prepared_windows_come_back_as_they_were(tmp_path):
    windows, centres = np.arange(50, dtype=np.uint16).reshape(2, 5, 5), np.array([7, 9], np.uint16)
    data.save_windows(tmp_path / "windows.npz", windows, centres)
    loaded = data.load_windows(tmp_path / "windows.npz")
    np.testing.assert_array_equal(loaded[0], windows)
    np.testing.assert_array_equal(loaded[1], centres)
    assert [path.name for path in tmp_path.iterdir()] == ["windows.npz"]


@pytest.mark.parametrize(("shape", "count"), [((2, 4, 4), 2), ((2, 5, 3), 2), ((2, 5, 5), 3), ((5, 5), 5)])
def test_windows_that_do_not_fit_are_refused(tmp_path, shape, count):
    with pytest.raises(ValueError, match=r"w\.npz: expected windows of shape \(N, size, size\) with an odd size"):
        data.save_windows(tmp_path / "w.npz", np.zeros(shape), np.zeros(count))
    np.savez(tmp_path / "w.npz", windows=np.zeros(shape), centres=np.zeros(count))
    with pytest.raises(ValueError, match=r"w\.npz: expected windows of shape"):
        data.load_windows(tmp_path / "w.npz")


def test_windows_from_foreign_files_are_refused(tmp_path):
    (tmp_path / "text.npz").write_text("no archive")
    np.savez(tmp_path / "pickled.npz", windows=np.array([{}], object), centres=np.zeros(1))
    np.savez(tmp_path / "other.npz", pixels=np.zeros(3))
    for name in ("text", "pickled", "other"):
        with pytest.raises(ValueError, match=rf"{name}\.npz: expected a NumPy archive of windows and centres"):
            data.load_windows(tmp_path / f"{name}.npz")
    with pytest.raises(FileNotFoundError, match="expected prepared windows"):
        data.load_windows(tmp_path / "nowhere.npz")
