"""Pictures, frames, masks and digits from outside: every kind is read as a person sees it, or refused by name."""

import io
import subprocess
import sys

import numpy as np
import PIL.Image
import PIL.ImageChops
import PIL.ImageCms
import PIL.ImageDraw
import pytest
import tifffile

from pixel_utils import data, foreign

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 256, (40, 60, 3), np.uint8)
COUNTS = RNG.integers(0, 65536, (30, 50), np.uint16)
READERS = [foreign.read_picture, foreign.read_frame, foreign.read_mask, foreign.load_digit_picture]


def test_a_colour_picture_is_read_as_it_is(tmp_path):
    PIL.Image.fromarray(COLOURS).save(tmp_path / "a.png")
    np.testing.assert_array_equal(foreign.read_picture(tmp_path / "a.png"), COLOURS)


def test_grey_becomes_three_equal_channels(tmp_path):
    PIL.Image.fromarray(COLOURS[..., 0]).save(tmp_path / "grey.png")
    np.testing.assert_array_equal(foreign.read_picture(tmp_path / "grey.png"), np.repeat(COLOURS[..., :1], 3, axis=2))


def test_palette_becomes_its_colours(tmp_path):
    palette = PIL.Image.fromarray(COLOURS).quantize(16)
    palette.save(tmp_path / "palette.png")
    np.testing.assert_array_equal(foreign.read_picture(tmp_path / "palette.png"), np.asarray(palette.convert("RGB")))


def test_cmyk_becomes_rgb(tmp_path):
    PIL.Image.new("CMYK", (5, 4), (0, 255, 255, 0)).save(tmp_path / "print.tif")
    assert foreign.read_picture(tmp_path / "print.tif")[0, 0].tolist() == [255, 0, 0]


def test_transparent_parts_are_laid_over_black(tmp_path):
    picture = PIL.Image.new("RGBA", (2, 1), (200, 100, 50, 255))
    picture.putpixel((1, 0), (200, 100, 50, 0))
    picture.save(tmp_path / "alpha.png")
    assert foreign.read_picture(tmp_path / "alpha.png").tolist() == [[[200, 100, 50], [0, 0, 0]]]


def test_a_turned_photo_is_set_upright(tmp_path):
    exif = PIL.Image.Exif()
    exif[274] = 6  # the camera was held on its side
    PIL.Image.fromarray(np.rot90(COLOURS).copy()).save(tmp_path / "turned.png", exif=exif)
    np.testing.assert_array_equal(foreign.read_picture(tmp_path / "turned.png"), COLOURS)


@pytest.mark.parametrize("values", [COLOURS, COUNTS])
@pytest.mark.parametrize("turn", range(1, 9))
def test_turned_pages_are_set_upright(tmp_path, values, turn):
    """Pillow alone garbles those of turns 5 to 8, if it opens the file by its name."""
    flip = values.swapaxes(0, 1) if turn > 4 else values
    down, right = {1: (1, 1), 2: (1, -1), 3: (-1, -1), 4: (-1, 1), 5: (1, 1), 6: (1, -1), 7: (-1, -1), 8: (-1, 1)}[turn]
    tifffile.imwrite(tmp_path / "a.tif", values, extratags=[(274, 3, 1, turn, True)])
    read = foreign.read_picture if values.ndim == 3 else foreign.read_frame
    np.testing.assert_array_equal(read(tmp_path / "a.tif"), flip[::down, ::right])


def test_one_pixel_is_a_picture(tmp_path):
    PIL.Image.new("RGB", (1, 1), "red").save(tmp_path / "one.png")
    assert foreign.read_picture(tmp_path / "one.png").tolist() == [[[255, 0, 0]]]


def encoded(**options):
    buffer = io.BytesIO()
    PIL.Image.fromarray(COLOURS).save(buffer, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("short.png", encoded(format="png")[:1500]),
        ("short.jpg", encoded(format="jpeg")[:700]),
        ("short.tif", encoded(format="tiff")[:1000]),
    ],
)
@pytest.mark.parametrize("read", READERS)
def test_what_is_cut_short_is_refused_by_name(tmp_path, name, content, read):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"{name}: expected .*, found a file that does not open as one \(.*trunc"):
        read(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "an empty file"),
        (b"\0\0\0\x1cftypheic\0\0\0\0mif1heic", "a HEIC picture; export it as JPEG"),
        (b"\n<!DOCTYPE html><html>404 not found</html>", "a web page; save the picture itself"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "a pointer of large-file storage; git lfs pull"),
        (b'<?xml version="1.0"?><svg/>', "a drawing in SVG; export it as PNG"),
        (b"%PDF-1.7", "a PDF document; export the page as PNG"),
        (b"\x93NUMPY\x01\0", "a NumPy array; np.load reads it"),
        (b"baseline.jpg", "text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a file in no format that Pillow reads"),
        (b"\x89PNG\r\n\x1a\n broken", "a file in no format that Pillow reads"),
        (b"II*\0\x08\0\0\0", "a TIFF file that is cut short, or in no form that Pillow reads"),
    ],
)
@pytest.mark.parametrize("read", READERS)
def test_what_is_no_picture_is_named_for_what_it_is(tmp_path, content, named, read):
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(ValueError, match=rf"a\.jpg: expected .*, found {named}"):
        read(tmp_path / "a.jpg")


@pytest.mark.parametrize("read", READERS)
def test_paths_may_be_written_in_any_way(tmp_path, monkeypatch, read):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"^~: expected .*, found a folder"):
        read("~")
    with pytest.raises(FileNotFoundError, match=rf"^a/b\.png: expected .*, found no such file at {tmp_path}/a/b\.png"):
        read("a/b.png")
    picture = PIL.Image.fromarray(COUNTS) if read is foreign.read_frame else drawn_digit(255, 0)
    for name in ("ä ö", "{1} 'x' \"y\" #2 100%", "e\u0301"):
        picture.save(tmp_path / f"{name}.png")
        read(f"~/{name}.png")
        read(f"{name}.png")


def test_huge_animated_and_missing_pictures_are_refused(tmp_path):
    for size in (16000, 16001), (20000, 20000):
        PIL.Image.new("1", size).save(tmp_path / "huge.png")
        message = rf"huge\.png: expected a picture of at most 250,000,000 pixels, found {size[0]} x {size[1]}"
        with pytest.raises(ValueError, match=message):
            foreign.read_picture(tmp_path / "huge.png", side=100)
    PIL.Image.new("1", (30000, 30000)).save(tmp_path / "bomb.png")
    with pytest.raises(ValueError, match=r"bomb\.png"):
        foreign.read_picture(tmp_path / "bomb.png")
    pages = [PIL.Image.new("L", (4, 4), grey) for grey in (0, 255)]
    pages[0].save(tmp_path / "moving.gif", save_all=True, append_images=pages[1:])
    with pytest.raises(ValueError, match=r"moving\.gif: expected one picture, found 2 frames or pages"):
        foreign.read_picture(tmp_path / "moving.gif")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.png: expected a picture, found no such file"):
        foreign.read_picture(tmp_path / "nowhere.png")


def test_a_phones_photograph_brings_a_preview_along(tmp_path):
    """Multi-picture files of cameras end in jpg; the first picture is the photograph."""
    photo, preview = (PIL.Image.new("RGB", size, "red") for size in ((40, 30), (4, 3)))
    photo.save(tmp_path / "phone.jpg", format="MPO", save_all=True, append_images=[preview])
    assert foreign.read_picture(tmp_path / "phone.jpg").shape == (30, 40, 3)


def test_sixteen_bits_of_grey_are_a_picture(tmp_path):
    grey = np.arange(0, 65536, 257, np.uint16).reshape(16, 16)
    PIL.Image.fromarray(grey).save(tmp_path / "scan.png")
    np.testing.assert_array_equal(foreign.read_picture(tmp_path / "scan.png")[..., 0], grey // 257)


def test_raw_counts_read_as_a_picture_are_named(tmp_path):
    PIL.Image.fromarray((COUNTS // 100 + 2600).astype(np.uint16)).save(tmp_path / "counts.png")
    with pytest.warns(UserWarning, match=r"counts\.png: has 16 bits, of which only 2600 to 3255 occur, .*read_frame"):
        foreign.read_picture(tmp_path / "counts.png")


@pytest.mark.parametrize(("mode", "shown"), [("La", 100), ("RGBa", 100)])
def test_associated_transparency_is_laid_over_black(tmp_path, mode, shown):
    values = np.full((4, 4, len(mode)), shown, np.uint8)
    values[..., -1] = 128
    photometric, extra = ("minisblack", "assocalpha") if mode == "La" else ("rgb", "assocalpha")
    tifffile.imwrite(tmp_path / "a.tif", values, photometric=photometric, extrasamples=[extra])
    assert abs(foreign.read_picture(tmp_path / "a.tif").astype(int) - shown).max() <= 1


@pytest.fixture
def wide_gamut():
    """A profile whose primaries are swapped, so that red means green: nobody misses whether it is used."""
    content = bytearray(PIL.ImageCms.ImageCmsProfile(PIL.ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(content[i : i + 4]): i for i in range(132, 132 + 12 * content[131], 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    content[red : red + 4], content[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(content)


@pytest.mark.parametrize(("mode", "name"), [("RGB", "a.png"), ("RGBA", "a.png"), ("P", "a.png"), ("RGB", "a.jpg")])
def test_colours_are_converted_to_srgb(tmp_path, wide_gamut, mode, name):
    PIL.Image.new("RGB", (16, 16), (255, 0, 0)).convert(mode).save(tmp_path / name, icc_profile=wide_gamut)
    assert abs(foreign.read_picture(tmp_path / name)[8, 8].astype(int) - [0, 255, 0]).max() <= 2


def test_a_grey_profile_is_used(tmp_path, wide_gamut):
    """With a profile of colours a grey picture stays as it is."""
    PIL.Image.new("L", (8, 8), 90).save(tmp_path / "a.png", icc_profile=wide_gamut)
    assert foreign.read_picture(tmp_path / "a.png")[0, 0].tolist() == [90, 90, 90]


def test_srgb_stays_as_it_is_and_a_broken_profile_is_named(tmp_path):
    srgb = PIL.ImageCms.ImageCmsProfile(PIL.ImageCms.createProfile("sRGB")).tobytes()
    PIL.Image.fromarray(COLOURS).save(tmp_path / "a.png", icc_profile=srgb)
    np.testing.assert_array_equal(foreign.read_picture(tmp_path / "a.png"), COLOURS)
    PIL.Image.fromarray(COLOURS).save(tmp_path / "b.png", icc_profile=b"nonsense" * 20)
    with pytest.warns(UserWarning, match=r"b\.png: its colour profile cannot be used .* taken for sRGB"):
        np.testing.assert_array_equal(foreign.read_picture(tmp_path / "b.png"), COLOURS)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "CMYK"])
def test_a_small_copy_is_what_shrinking_the_whole_gives(tmp_path, mode):
    smooth = PIL.Image.fromarray(COLOURS).resize((1200, 800), PIL.Image.Resampling.BICUBIC).convert(mode)
    exif = PIL.Image.Exif()
    exif[274] = 6
    name = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    smooth.save(name, exif=exif)
    small, whole = foreign.read_picture(name, side=150), PIL.Image.fromarray(foreign.read_picture(name))
    assert small.shape == (150, 100, 3)
    difference = small - np.asarray(whole.resize((100, 150), PIL.Image.Resampling.BOX), float)
    assert abs(difference).mean() < 4
    assert foreign.read_picture(name, side=5000).shape == (1200, 800, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the highest memory from /proc")
def test_memory_does_not_grow_with_a_photograph_of_which_a_small_copy_is_needed(tmp_path):
    peaks = []
    for side in (2000, 8000):
        PIL.Image.new("RGB", (side, side), "red").save(tmp_path / "a.jpg")
        code = (
            "from pixel_utils import foreign; "
            f"assert foreign.read_picture({str(tmp_path / 'a.jpg')!r}, side=256).shape == (256, 256, 3); "
            "print(*[line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')])"
        )
        peaks.append(int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout))
    # Sixteen times the pixels, which would take 190 MB more.
    assert peaks[1] < 1.1 * peaks[0]


def save_pages(path, *pages):
    """Write TIFF pages, each as values and its kind, of which 1 is a smaller copy of another."""
    with tifffile.TiffWriter(path) as tiff:
        for values, kind in pages:
            tiff.write(values, subfiletype=kind, photometric="rgb" if values.ndim == 3 else "minisblack")


def test_a_thumbnail_or_an_overview_is_no_second_picture(tmp_path):
    save_pages(tmp_path / "photo.tif", (COLOURS, 0), (COLOURS[::4, ::4], 1))
    np.testing.assert_array_equal(foreign.read_picture(tmp_path / "photo.tif"), COLOURS)
    save_pages(tmp_path / "last.tif", (COUNTS, 0), (COUNTS[::2, ::2], 1))
    save_pages(tmp_path / "first.tif", ((COUNTS[::2, ::2] // 256).astype(np.uint8), 1), (COUNTS, 0))
    for name in ("last.tif", "first.tif"):
        np.testing.assert_array_equal(foreign.read_frame(tmp_path / name), COUNTS)


def test_a_page_of_a_stack_is_read_by_its_number(tmp_path):
    save_pages(tmp_path / "stack.tif", *((COUNTS + number, 0) for number in range(3)))
    with pytest.raises(ValueError, match=r"stack\.tif: expected one picture, found 3 frames or pages; .* page=0"):
        foreign.read_frame(tmp_path / "stack.tif")
    np.testing.assert_array_equal(foreign.read_frame(tmp_path / "stack.tif", page=2), COUNTS + 2)
    with pytest.raises(ValueError, match=r"stack\.tif: expected a page from 0 to 2, found 3"):
        foreign.read_frame(tmp_path / "stack.tif", page=3)


SMOOTH = (7000 + 30 * np.add.outer(np.arange(40), np.arange(60))).astype(np.uint16)


def test_swapped_bytes_are_seen_and_can_be_put_right(tmp_path):
    PIL.Image.fromarray(SMOOTH.byteswap()).save(tmp_path / "swapped.png")
    with pytest.warns(UserWarning, match=r"swapped\.png: neighbours differ like noise, .* swapped=True"):
        foreign.read_frame(tmp_path / "swapped.png")
    np.testing.assert_array_equal(foreign.read_frame(tmp_path / "swapped.png", swapped=True), SMOOTH)


@pytest.mark.parametrize("values", [SMOOTH, COUNTS, SMOOTH * 0 + 7, SMOOTH[:, :1]])
@pytest.mark.filterwarnings("error")
def test_frames_in_order_raise_no_doubt_about_their_bytes(tmp_path, values):
    PIL.Image.fromarray(values).save(tmp_path / "a.png")
    np.testing.assert_array_equal(foreign.read_frame(tmp_path / "a.png"), values)


CELSIUS = np.linspace(19.99, 29.01, 60, dtype=np.float32).reshape(6, 10)
TO_COUNTS = r"decimal numbers from 19\.99 to 29\.01, such as temperatures; to come to counts, choose a step"


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (CELSIUS, TO_COUNTS),
        (CELSIUS.astype(np.float64), f"a TIFF file of float64: {TO_COUNTS}"),
        (
            np.where(CELSIUS > 29, np.nan, CELSIUS),
            r"decimal numbers from 19\.99 to 28\.\d+, some not finite",
        ),
        (np.int16([[-501, 401]]), "whole numbers from -501 to 401; if these are counts, subtract the lowest"),
        (np.uint32([[699900, 790100]]), "whole numbers from 699900 to 790100; if these are counts"),
        (COLOURS, r"3 channels \(RGB\): colours, or counts with transparency"),
        (COLOURS[..., 0], "grey of 8 bits or less"),
        (
            COUNTS[..., None].repeat(2, axis=2),
            r"a TIFF file of uint16 and shape \(30, 50, 2\), which Pillow does not read",
        ),
    ],
)
def test_what_is_no_frame_of_counts_is_named_for_what_it_is(tmp_path, values, found):
    several = {"photometric": "minisblack", "planarconfig": "contig"} if values.shape[2:] == (2,) else {}
    tifffile.imwrite(tmp_path / "a.tif", values, **several)
    with pytest.raises(ValueError, match=rf"a\.tif: expected one channel of 16-bit counts, found {found}"):
        foreign.read_frame(tmp_path / "a.tif")


def test_a_radiometric_photograph_is_named_for_what_it_is(tmp_path):
    segment = b"FLIR\0\x01\0\0" + bytes(100)
    plain = encoded(format="jpeg")
    marker = b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big")
    (tmp_path / "flir.jpg").write_bytes(plain[:2] + marker + segment + plain[2:])
    with pytest.raises(ValueError, match=r"flir\.jpg: expected .* found a radiometric JPEG, .* exiftool"):
        foreign.read_frame(tmp_path / "flir.jpg")


STROKE = PIL.Image.new("L", (60, 40))
PIL.ImageDraw.Draw(STROKE).line([(10, 10), (50, 30)], fill=255, width=5)
MISSING = np.asarray(STROKE) > 127
PHOTO = PIL.Image.fromarray(COLOURS)


def with_alpha(picture, alpha):
    picture = picture.convert("RGBA")
    picture.putalpha(alpha)
    return picture


@pytest.mark.parametrize(
    ("drawn", "name"),
    [
        (STROKE, "a.png"),
        (STROKE, "a.jpg"),
        (STROKE.convert("1"), "a.png"),
        (PIL.Image.fromarray(np.where(MISSING, 65535, 0).astype(np.uint16)), "a.png"),
        (PIL.ImageOps.colorize(STROKE, "black", "red"), "a.png"),
        (with_alpha(PIL.Image.new("L", STROKE.size, 255), STROKE), "a.png"),
        (with_alpha(PIL.Image.new("RGB", STROKE.size, "blue"), STROKE), "a.png"),
        (with_alpha(PHOTO, PIL.ImageChops.invert(STROKE)), "a.png"),
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_mask_may_be_drawn_in_several_ways(tmp_path, drawn, name):
    drawn.save(tmp_path / name)
    assert (foreign.read_mask(tmp_path / name) != MISSING).mean() < (0.02 if name == "a.jpg" else 1e-9)


def test_every_stroke_of_a_mask_counts_however_dark(tmp_path):
    drawn = np.zeros((80, 120), np.uint8)
    drawn[10:20, 10:110], drawn[40:50, 10:110], drawn[20:30, 10:50] = 255, 60, 110
    PIL.Image.fromarray(drawn).save(tmp_path / "a.png")
    wrong = foreign.read_mask(tmp_path / "a.png") != (drawn > 0)
    # Where a dark stroke touches a bright one, it cannot be told from its soft edge.
    assert not np.delete(wrong, [20, 21], axis=0).any()


def test_low_contrast_with_a_large_hole_is_no_brush(tmp_path):
    picture = PIL.Image.fromarray(np.tile(np.arange(100, 150, dtype=np.uint8), (50, 1)))
    alpha = np.full((50, 50), 255, np.uint8)
    alpha[:30] = 0
    with_alpha(picture, PIL.Image.fromarray(alpha)).save(tmp_path / "a.png")
    with pytest.warns(UserWarning, match="marks 60% of the picture"):
        assert (foreign.read_mask(tmp_path / "a.png") == (alpha == 0)).all()


def test_a_mask_that_marks_in_two_ways_is_refused(tmp_path):
    alpha = PIL.Image.new("L", STROKE.size, 255)
    alpha.paste(0, (0, 0, 3, 3))
    with_alpha(STROKE, alpha).save(tmp_path / "corners.png")
    with pytest.raises(ValueError, match=r"corners\.png: expected pixels marked by white on black or by transp"):
        foreign.read_mask(tmp_path / "corners.png")


def test_what_is_no_mask_is_refused_and_an_inverted_one_is_named(tmp_path):
    PHOTO.save(tmp_path / "photo.png")
    with pytest.raises(ValueError, match=r"photo\.png: expected white on black, found \d\d% of the pixels in between"):
        foreign.read_mask(tmp_path / "photo.png")
    for grey in (0, 255):
        PIL.Image.new("L", (9, 9), grey).save(tmp_path / "even.png")
        with pytest.raises(ValueError, match=r"even\.png: expected white .* found one tone only"):
            foreign.read_mask(tmp_path / "even.png")
    PIL.ImageChops.invert(STROKE).save(tmp_path / "inverted.png")
    with pytest.warns(UserWarning, match=r"inverted\.png: marks 9\d% of the picture as missing; .* invert the mask"):
        assert (foreign.read_mask(tmp_path / "inverted.png") != ~MISSING).sum() == 0


def drawn_digit(ground, ink, size=(120, 200)):
    picture = PIL.Image.new("L", size, ground)
    PIL.ImageDraw.Draw(picture).line([(60, 30), (60, 150)], fill=ink, width=14)
    return picture


@pytest.mark.parametrize(("ground", "ink"), [(255, 0), (0, 255), (200, 40)])
def test_own_digit_takes_the_form_of_the_bundled_ones(tmp_path, ground, ink):
    path = tmp_path / "one.png"
    drawn_digit(ground, ink).save(path)
    digit = foreign.load_digit_picture(path)
    assert digit.shape == (28, 28)
    assert digit.dtype == np.uint8
    assert digit[0].max() == 0
    inked = np.flatnonzero(digit.max(axis=1) > 128)
    assert len(inked) == 20
    assert digit.max() == 255


def test_own_digit_is_turned_upright(tmp_path):
    exif = PIL.Image.Exif()
    exif[274] = 6
    drawn_digit(255, 0).transpose(PIL.Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg", exif=exif)
    drawn_digit(255, 0).save(tmp_path / "upright.jpg")
    turned, upright = (foreign.load_digit_picture(tmp_path / name) for name in ("turned.jpg", "upright.jpg"))
    np.testing.assert_allclose(turned.astype(float), upright, atol=40)


@pytest.mark.parametrize("ink", [0, 255])
def test_what_is_transparent_is_ground_for_own_digit(tmp_path, ink):
    """A drawing program's export, with noise where nobody sees it."""
    drawn = drawn_digit(0, 255)
    values = np.random.default_rng(0).integers(0, 256, (*drawn.size[::-1], 4), np.uint8)
    values[..., 3] = drawn
    values[np.asarray(drawn) > 0, :3] = ink
    PIL.Image.fromarray(values).save(tmp_path / "drawn.png")
    drawn_digit(255, 0).save(tmp_path / "plain.png")
    found, expected = (foreign.load_digit_picture(tmp_path / name) for name in ("drawn.png", "plain.png"))
    np.testing.assert_array_equal(found, expected)


def shadow(picture):
    return picture * (1 - 0.5 * np.linspace(0, 1, picture.shape[1]))


def vignette(picture):
    down, across = (np.linspace(-1, 1, length) ** 2 for length in picture.shape)
    return picture * (1 - 0.3 * np.add.outer(down, across) / 2)


def specks(picture):
    picture[190:193, 5:8] = picture[3:5, 100:103] = 0
    return picture


def scanner_border(picture):
    picture[:9] = picture[-9:] = picture[:, :9] = picture[:, -9:] = 0
    return picture


def ruled_lines(picture):
    picture[170:172] = picture[12:14] = 90
    return picture


@pytest.mark.parametrize(
    ("spoil", "seen"),
    [
        (shadow, None),
        (vignette, None),
        (specks, "left out 2 specks"),
        (scanner_border, "left out what runs along or across the picture"),
        (ruled_lines, "left out what runs along or across the picture"),
    ],
)
@pytest.mark.parametrize("number", [3, 8, 61, 90])
def test_a_digit_stays_the_same_under_what_else_is_on_the_paper(tmp_path, recwarn, spoil, seen, number):
    digit = PIL.Image.fromarray(data.load_digits("test", "data")[0][number]).resize((100, 100))
    paper = np.full((200, 120), 240.0)
    paper[50:150, 10:110] -= np.asarray(digit) * 0.85
    PIL.Image.fromarray(paper.astype(np.uint8)).save(tmp_path / "plain.png")
    PIL.Image.fromarray(spoil(paper).astype(np.uint8)).save(tmp_path / "spoilt.png")
    plain, spoilt = (foreign.load_digit_picture(tmp_path / name) for name in ("plain.png", "spoilt.png"))
    assert np.corrcoef(plain.ravel(), spoilt.ravel())[0, 1] > 0.97
    warned = [str(warning.message) for warning in recwarn]
    assert [seen in message for message in warned] == ([True] if seen else [])


def test_several_digits_and_ink_from_edge_to_edge_are_named(tmp_path):
    two = drawn_digit(255, 0)
    PIL.ImageDraw.Draw(two).line([(95, 30), (95, 150)], fill=0, width=14)
    two.save(tmp_path / "two.png")
    with pytest.warns(UserWarning, match=r"two\.png: ink stands in pieces side by side; if these are several digits"):
        foreign.load_digit_picture(tmp_path / "two.png")
    drawn_digit(255, 0).crop((40, 30, 80, 150)).save(tmp_path / "tight.png")
    with pytest.warns(UserWarning, match=r"tight\.png: the ink reaches from edge to edge; leave some ground"):
        assert foreign.load_digit_picture(tmp_path / "tight.png")[14, 14] > 200


def test_a_picture_without_ink_is_refused(tmp_path):
    PIL.Image.new("L", (50, 50), 90).save(tmp_path / "even.png")
    with pytest.raises(ValueError, match=r"even\.png: expected a digit on an even ground"):
        foreign.load_digit_picture(tmp_path / "even.png")
    PIL.Image.fromarray(np.asarray(drawn_digit(232, 200))).save(tmp_path / "faint.png")
    with pytest.raises(ValueError, match=r"faint\.png: expected .* found none that stands out by more than 32 grey"):
        foreign.load_digit_picture(tmp_path / "faint.png")


def test_a_picture_half_black_has_one_tone_as_its_ground(tmp_path):
    half = np.full((100, 100), 255, np.uint8)
    half[:, :50] = 0
    PIL.Image.fromarray(half).save(tmp_path / "half.png")
    with pytest.warns(UserWarning, match=r"half\.png: the ink reaches from edge to edge"):
        foreign.load_digit_picture(tmp_path / "half.png")


def test_a_page_that_counts_from_white_is_seen_as_it_looks_and_counted_as_it_stands(tmp_path):
    tifffile.imwrite(tmp_path / "white.tif", COUNTS, photometric="miniswhite")
    expected = np.rint((65535 - COUNTS.astype(float)) / 257).astype(np.uint8)
    np.testing.assert_array_equal(foreign.read_picture(tmp_path / "white.tif")[..., 0], expected)
    np.testing.assert_array_equal(foreign.read_frame(tmp_path / "white.tif"), COUNTS)


@pytest.mark.parametrize("highest", [4095, 65535])
@pytest.mark.parametrize("header", ["P5\n50 30\n{}\n", "P5 # 9 9\n50 30 {} "])
def test_counts_of_a_greymap_are_those_of_the_file(tmp_path, highest, header):
    counts = COUNTS.astype(int) % (highest + 1)
    (tmp_path / "a.pgm").write_bytes(header.format(highest).encode() + counts.astype(">u2").tobytes())
    np.testing.assert_array_equal(foreign.read_frame(tmp_path / "a.pgm"), counts)


def test_decimals_in_a_portable_map_are_named_for_what_they_are(tmp_path):
    (tmp_path / "a.pfm").write_bytes(b"Pf\n50 30\n-1.0\n" + COUNTS.astype("<f4").tobytes())
    with pytest.raises(ValueError, match=r"a\.pfm: expected one channel of 16-bit counts, found decimal numbers from"):
        foreign.read_frame(tmp_path / "a.pfm")


@pytest.mark.parametrize("error", [RuntimeError("no such codec"), KeyError(3), AssertionError()])
@pytest.mark.parametrize("read", READERS)
def test_any_error_of_a_decoder_names_the_file(tmp_path, monkeypatch, error, read):
    drawn_digit(255, 0).save(tmp_path / "a.png")

    def fail(*_):
        raise error

    monkeypatch.setattr(PIL.PngImagePlugin.PngImageFile, "load", fail)
    with pytest.raises(ValueError, match=r"a\.png: expected .*, found a file that does not open as one \((n|3|A)"):
        read(tmp_path / "a.png")
