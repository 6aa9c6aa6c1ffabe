"""Pictures, frames, masks and digits from outside: every kind is read as a person sees it, or refused by name."""

import io
import subprocess
import sys

import numpy as np
import PIL.Image
import PIL.ImageChops
import PIL.ImageCms
import PIL.ImageDraw
import PIL.ImageOps
import pytest
import tifffile

from pixel_utils import data, foreign

RNG = np.random.default_rng(0)
COLOURS = RNG.integers(0, 256, (40, 60, 3), np.uint8)
COUNTS = RNG.integers(0, 65536, (30, 50), np.uint16)
GREY16 = np.arange(0, 65536, 257, np.uint16).reshape(16, 16)
PHOTO = PIL.Image.fromarray(COLOURS)
PALETTE = PHOTO.quantize(16)
READERS = [foreign.read_picture, foreign.read_frame, foreign.read_mask, foreign.load_digit_picture]
SRGB = PIL.ImageCms.ImageCmsProfile(PIL.ImageCms.createProfile("sRGB")).tobytes()
ON_ITS_SIDE = PIL.Image.Exif()
ON_ITS_SIDE[274] = 6


def swapped_primaries():
    """A profile in which red means green: nobody misses whether it is used."""
    content = bytearray(SRGB)
    tags = {bytes(content[i : i + 4]): i for i in range(132, 132 + 12 * content[131], 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    content[red : red + 4], content[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(content)


WIDE_GAMUT = swapped_primaries()


def with_alpha(picture, alpha):
    picture = picture.convert("RGBA")
    picture.putalpha(alpha)
    return picture


def plain(colour, mode="RGB", size=(16, 16)):
    return PIL.Image.new("RGB", size, colour).convert(mode)


@pytest.mark.parametrize(
    ("name", "picture", "options", "seen"),
    [
        ("a.png", PHOTO, {}, COLOURS),
        ("a.png", PHOTO, {"icc_profile": SRGB}, COLOURS),
        ("a.png", PIL.Image.fromarray(COLOURS[..., 0]), {}, np.repeat(COLOURS[..., :1], 3, axis=2)),
        ("a.png", PALETTE, {}, np.asarray(PALETTE.convert("RGB"))),
        ("a.tif", PIL.Image.new("CMYK", (5, 4), (0, 255, 255, 0)), {}, [255, 0, 0]),
        ("a.png", with_alpha(plain("white"), 0), {}, [0, 0, 0]),
        ("a.png", PIL.Image.fromarray(np.rot90(COLOURS).copy()), {"exif": ON_ITS_SIDE}, COLOURS),
        ("a.png", PIL.Image.fromarray(GREY16), {}, (GREY16 // 257)[..., None]),
        # The first picture of a phone's file is the photograph, the second a preview.
        ("a.jpg", plain("red"), {"format": "MPO", "save_all": True, "append_images": [plain("blue")]}, [254, 0, 0]),
        *(("a.png", plain("red", mode), {"icc_profile": WIDE_GAMUT}, [0, 255, 0]) for mode in ("RGB", "RGBA", "P")),
        # Another profile changes no more than the colours.
        ("a.png", with_alpha(plain("red"), 0), {"icc_profile": WIDE_GAMUT}, [0, 0, 0]),
        ("a.jpg", plain("red"), {"icc_profile": WIDE_GAMUT}, [0, 255, 0]),
        # A grey picture has no use for a profile of colours.
        ("a.png", plain("gray", "L"), {"icc_profile": WIDE_GAMUT}, [128, 128, 128]),
    ],
)
def test_a_picture_is_read_as_a_person_sees_it(tmp_path, name, picture, options, seen):
    picture.save(tmp_path / name, **options)
    found = foreign.read_picture(tmp_path / name)
    exact = name == "a.png" and options.get("icc_profile") != WIDE_GAMUT
    np.testing.assert_allclose(found.astype(int), np.broadcast_to(seen, found.shape), atol=0 if exact else 2)


def test_a_broken_profile_is_named(tmp_path):
    PHOTO.save(tmp_path / "b.png", icc_profile=b"nonsense" * 20)
    with pytest.warns(UserWarning, match=r"b\.png: its colour profile cannot be used .* taken for sRGB"):
        np.testing.assert_array_equal(foreign.read_picture(tmp_path / "b.png"), COLOURS)


@pytest.mark.parametrize("values", [COLOURS, COUNTS])
@pytest.mark.parametrize("turn", range(1, 9))
def test_turned_pages_are_set_upright(tmp_path, values, turn):
    """Pillow alone garbles those of turns 5 to 8, if it opens the file by its name."""
    flip = values.swapaxes(0, 1) if turn > 4 else values
    down, right = {1: (1, 1), 2: (1, -1), 3: (-1, -1), 4: (-1, 1), 5: (1, 1), 6: (1, -1), 7: (-1, -1), 8: (-1, 1)}[turn]
    tifffile.imwrite(tmp_path / "a.tif", values, extratags=[(274, 3, 1, turn, True)])
    read = foreign.read_picture if values.ndim == 3 else foreign.read_frame
    np.testing.assert_array_equal(read(tmp_path / "a.tif"), flip[::down, ::right])


@pytest.mark.parametrize(("channels", "photometric"), [(2, "minisblack"), (4, "rgb")])
def test_associated_transparency_is_laid_over_black(tmp_path, channels, photometric):
    values = np.full((4, 4, channels), 100, np.uint8)
    values[..., -1] = 128
    tifffile.imwrite(tmp_path / "a.tif", values, photometric=photometric, extrasamples=["assocalpha"])
    assert abs(foreign.read_picture(tmp_path / "a.tif").astype(int) - 100).max() <= 1


def encoded(**options):
    buffer = io.BytesIO()
    PHOTO.save(buffer, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (encoded(format="png")[:1500], r"a file that does not open as one \(.*trunc"),
        (encoded(format="jpeg")[:700], r"a file that does not open as one \(.*trunc"),
        (encoded(format="tiff")[:1000], r"a file that does not open as one \(.*trunc"),
        (b"", "an empty file"),
        (b"\0\0\0\x1cftypheic\0\0\0\0mif1heic", "a HEIC picture; export it as JPEG"),
        (b"\n<!DOCTYPE html><html>404 not found</html>", "a web page; save the picture itself"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "a pointer of large-file storage; git lfs pull"),
        (b'<?xml version="1.0"?><svg/>', "a drawing in SVG; export it as PNG"),
        (b"%PDF-1.7", "a PDF document; export the page as PNG"),
        (b"\x93NUMPY\x01\0", "a NumPy array; np.load reads it"),
        (b"baseline.jpg", "text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a file in no format that Pillow reads"),
        (b"II*\0\x08\0\0\0", "a TIFF file that is cut short, or in no form that Pillow reads"),
    ],
)
@pytest.mark.parametrize("read", READERS)
def test_what_is_no_picture_is_named_for_what_it_is(tmp_path, content, named, read):
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(ValueError, match=rf"a\.jpg: expected .*, found {named}"):
        read(tmp_path / "a.jpg")


@pytest.mark.parametrize("error", [RuntimeError("no such codec"), KeyError(3), AssertionError()])
def test_any_error_of_a_decoder_names_the_file(tmp_path, monkeypatch, error):
    def fail(*_):
        raise error

    PHOTO.save(tmp_path / "a.png")
    monkeypatch.setattr(PIL.PngImagePlugin.PngImageFile, "load", fail)
    with pytest.raises(ValueError, match=r"a\.png: expected .*, found a file that does not open as one \((n|3|A)"):
        foreign.read_picture(tmp_path / "a.png")


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", ["ä ö.png", "{1} 'x' \"y\" #2 100%.png", "e\u0301.png"])
def test_paths_may_be_written_in_any_way(tmp_path, monkeypatch, read, name):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (PIL.Image.fromarray(COUNTS) if read is foreign.read_frame else drawn_digit(255, 0)).save(name)
    np.testing.assert_array_equal(read(f"~/{name}"), read(name))
    with pytest.raises(FileNotFoundError, match=rf"^nowhere: expected .*, found no such file at {tmp_path}/nowhere"):
        read("nowhere")


def test_huge_and_animated_pictures_are_refused(tmp_path):
    for size in (16000, 16001), (30000, 30000):
        plain("black", "1", size).save(tmp_path / "huge.png")
        with pytest.raises(ValueError, match=r"huge\.png: expected a picture.*( 16000 x 16001|exceeds limit of )"):
            foreign.read_picture(tmp_path / "huge.png", side=100)
    plain("black").save(tmp_path / "moving.gif", save_all=True, append_images=[plain("white")])
    with pytest.raises(ValueError, match=r"moving\.gif: expected one picture, found 2 frames or pages$"):
        foreign.read_picture(tmp_path / "moving.gif")


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "1", "CMYK"])
def test_a_small_copy_is_what_shrinking_the_whole_gives(tmp_path, mode):
    smooth = PHOTO.resize((1200, 800), PIL.Image.Resampling.BICUBIC).convert(mode)
    name = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    smooth.save(name, exif=ON_ITS_SIDE)
    small, whole = foreign.read_picture(name, side=150), PIL.Image.fromarray(foreign.read_picture(name))
    assert small.shape == (150, 100, 3)
    difference = small - np.asarray(whole.resize((100, 150), PIL.Image.Resampling.BOX), float)
    assert abs(difference).mean() < 4
    assert foreign.read_picture(name, side=5000).shape == (1200, 800, 3)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the highest memory from /proc")
def test_memory_does_not_grow_with_a_photograph_of_which_a_small_copy_is_needed(tmp_path):
    peaks = []
    for side in (2000, 8000):
        plain("red", size=(side, side)).save(tmp_path / "a.jpg")
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
    path = tmp_path / "a.tif"
    save_pages(path, (COLOURS, 0), (COLOURS[::4, ::4], 1))
    np.testing.assert_array_equal(foreign.read_picture(path), COLOURS)
    save_pages(path, ((COUNTS[::2, ::2] // 256).astype(np.uint8), 1), (COUNTS, 0), (COUNTS[::2, ::2], 1))
    np.testing.assert_array_equal(foreign.read_frame(path), COUNTS)
    # If nothing else is there, it is the picture.
    save_pages(path, (COUNTS, 1), (COUNTS, 1))
    np.testing.assert_array_equal(foreign.read_frame(path, page=1), COUNTS)


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


@pytest.mark.parametrize("highest", [4095, 65535])
@pytest.mark.parametrize("header", ["P5\n50 30\n{}\n", "P5 # 9 9\n50 30 {} "])
def test_counts_of_a_greymap_are_those_of_the_file(tmp_path, highest, header):
    counts = COUNTS.astype(int) % (highest + 1)
    (tmp_path / "a.pgm").write_bytes(header.format(highest).encode() + counts.astype(">u2").tobytes())
    np.testing.assert_array_equal(foreign.read_frame(tmp_path / "a.pgm"), counts)


def test_a_page_that_counts_from_white_is_seen_as_it_looks_and_counted_as_it_stands(tmp_path):
    tifffile.imwrite(tmp_path / "white.tif", COUNTS, photometric="miniswhite")
    expected = np.rint((65535 - COUNTS.astype(float)) / 257).astype(np.uint8)
    np.testing.assert_array_equal(foreign.read_picture(tmp_path / "white.tif")[..., 0], expected)
    np.testing.assert_array_equal(foreign.read_frame(tmp_path / "white.tif"), COUNTS)


def test_raw_counts_read_as_a_picture_are_named(tmp_path):
    PIL.Image.fromarray((COUNTS // 100 + 2600).astype(np.uint16)).save(tmp_path / "counts.png")
    with pytest.warns(UserWarning, match=r"counts\.png: has 16 bits, of which only 2600 to 3255 occur, .*read_frame"):
        foreign.read_picture(tmp_path / "counts.png")


CELSIUS = np.linspace(19.99, 29.01, 60, dtype=np.float32).reshape(6, 10)
TO_COUNTS = "; to convert to counts, choose a step"


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (CELSIUS, rf"decimal numbers from 19\.99 to 29\.01{TO_COUNTS}"),
        (CELSIUS.astype(np.float64), rf"a TIFF file of float64: decimal numbers from 19\.99 to 29\.01{TO_COUNTS}"),
        (np.where(CELSIUS > 29, np.nan, CELSIUS), r"decimal numbers from 19\.99 to 28\.\d+, some not finite"),
        (np.int16([[-501, 401]]), f"whole numbers from -501 to 401{TO_COUNTS}"),
        (np.uint32([[699900, 790100]]), f"whole numbers from 699900 to 790100{TO_COUNTS}"),
        (COLOURS, r"3 channels \(RGB\): colours, or counts with transparency"),
        (COLOURS[..., 0], "grey of 8 bits or less"),
        (np.dstack([COUNTS] * 2), r"a TIFF file of uint16 and shape \(30, 50, 2\), which Pillow does not read"),
        (PALETTE, "a palette, whose numbers stand for colours"),
    ],
)
def test_what_is_no_frame_of_counts_is_named_for_what_it_is(tmp_path, values, found):
    if values is PALETTE:
        values.save(tmp_path / "a.tif")
    else:
        several = {"photometric": "minisblack", "planarconfig": "contig"} if values.shape[2:] == (2,) else {}
        tifffile.imwrite(tmp_path / "a.tif", values, **several)
    with pytest.raises(ValueError, match=rf"a\.tif: expected one channel of 16-bit counts, found ({found})"):
        foreign.read_frame(tmp_path / "a.tif")


@pytest.mark.parametrize("values", [CELSIUS, np.int16([[-501, 401]]), np.int32([[0, 790100]])])
def test_numbers_that_are_no_tones_are_no_picture(tmp_path, values):
    tifffile.imwrite(tmp_path / "a.tif", values)
    with pytest.raises(ValueError, match=r"a\.tif: expected 8 or 16 bits a channel, found (decimal|whole) numbers"):
        foreign.read_picture(tmp_path / "a.tif")


def test_a_radiometric_photograph_is_named_for_what_it_is(tmp_path):
    segment, jpeg = b"FLIR\0\x01\0\0" + bytes(100), encoded(format="jpeg")
    marker = b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big")
    (tmp_path / "flir.jpg").write_bytes(jpeg[:2] + marker + segment + jpeg[2:])
    with pytest.raises(ValueError, match=r"flir\.jpg: expected .* found a radiometric JPEG, .* exiftool"):
        foreign.read_frame(tmp_path / "flir.jpg")


STROKE = PIL.Image.new("L", (60, 40))
PIL.ImageDraw.Draw(STROKE).line([(10, 10), (50, 30)], fill=255, width=5)
MISSING = np.asarray(STROKE) > 127
# The strokes are 255, 60 and 110; where a dark one touches a bright one, it cannot be told from its soft edge.
DARK = np.repeat(np.repeat(np.uint8([[0, 0, 0], [0, 255, 0], [0, 0, 0], [0, 60, 110]]), 10, axis=0), 30, axis=1)
CORNER = PIL.Image.new("L", STROKE.size, 255)
CORNER.paste(0, (0, 0, 3, 3))


@pytest.mark.parametrize(
    ("drawn", "name", "missing"),
    [
        (STROKE, "a.png", MISSING),
        (STROKE, "a.jpg", MISSING),
        (STROKE.convert("1"), "a.png", MISSING),
        (PIL.Image.fromarray(np.where(MISSING, 65535, 0).astype(np.uint16)), "a.png", MISSING),
        (PIL.ImageOps.colorize(STROKE, "black", "red"), "a.png", MISSING),
        (with_alpha(plain("white", size=STROKE.size), STROKE), "a.png", MISSING),
        (with_alpha(plain("blue", size=STROKE.size), STROKE), "a.png", MISSING),
        (with_alpha(PHOTO, PIL.ImageChops.invert(STROKE)), "a.png", MISSING),
        (PIL.Image.fromarray(DARK), "a.png", DARK > 0),
    ],
)
@pytest.mark.filterwarnings("error")
def test_a_mask_may_be_drawn_in_several_ways(tmp_path, drawn, name, missing):
    drawn.save(tmp_path / name)
    assert (foreign.read_mask(tmp_path / name) != missing).mean() <= (0.02 if missing is DARK or name == "a.jpg" else 0)


def test_low_contrast_with_a_large_hole_is_no_brush(tmp_path):
    alpha = np.repeat(np.uint8([0, 255]), [30, 20])[:, None].repeat(50, axis=1)
    grey = PIL.Image.fromarray(np.tile(np.arange(100, 150, dtype=np.uint8), (50, 1)))
    with_alpha(grey, PIL.Image.fromarray(alpha)).save(tmp_path / "a.png")
    with pytest.warns(UserWarning, match="marks 60% of the picture"):
        assert (foreign.read_mask(tmp_path / "a.png") == (alpha == 0)).all()


@pytest.mark.parametrize(
    ("drawn", "message"),
    [
        (PHOTO, r"expected white on black, found \d\d% of the pixels in between"),
        (plain("black"), "expected white .* found one tone only"),
        (plain("white"), "expected white .* found one tone only"),
        (with_alpha(plain("red"), 0), "expected white .* found one tone only"),
        (with_alpha(STROKE, CORNER), "expected pixels marked by white on black or by transparency, found both"),
    ],
)
def test_what_is_no_mask_is_refused(tmp_path, drawn, message):
    drawn.save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=rf"a\.png: {message}"):
        foreign.read_mask(tmp_path / "a.png")


def test_an_inverted_mask_is_named(tmp_path):
    PIL.ImageChops.invert(STROKE).save(tmp_path / "inverted.png")
    with pytest.warns(UserWarning, match=r"inverted\.png: marks 9\d% of the picture as missing; .* invert the mask"):
        assert (foreign.read_mask(tmp_path / "inverted.png") == ~MISSING).all()


def drawn_digit(ground, ink, size=(120, 200), columns=(60,)):
    picture = PIL.Image.new("L", size, ground)
    for column in columns:
        PIL.ImageDraw.Draw(picture).line([(column, 30), (column, 150)], fill=ink, width=14)
    return picture


def noise_where_nobody_sees_it(ink):
    """A drawing program's export."""
    drawn = np.asarray(drawn_digit(0, 255))
    values = np.random.default_rng(0).integers(0, 256, (*drawn.shape, 4), np.uint8)
    values[..., 3] = drawn
    values[drawn > 0, :3] = ink
    return PIL.Image.fromarray(values)


@pytest.mark.parametrize(
    ("drawn", "options"),
    [
        (drawn_digit(0, 255), {}),
        (drawn_digit(200, 40), {}),
        (drawn_digit(255, 0).transpose(PIL.Image.Transpose.ROTATE_90), {"exif": ON_ITS_SIDE}),
        (noise_where_nobody_sees_it(0), {}),
        (noise_where_nobody_sees_it(255), {}),
    ],
)
def test_own_digit_takes_the_form_of_the_bundled_ones(tmp_path, drawn, options):
    drawn_digit(255, 0).save(tmp_path / "plain.png")
    drawn.save(tmp_path / "drawn.png", **options)
    expected, digit = (foreign.load_digit_picture(tmp_path / name) for name in ("plain.png", "drawn.png"))
    assert (digit.shape, digit.dtype, digit.max()) == ((28, 28), np.uint8, 255)
    assert np.flatnonzero(digit.max(axis=1) > 128).tolist() == list(range(4, 24))
    np.testing.assert_allclose(digit.astype(int), expected, atol=2)


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


@pytest.mark.parametrize(
    ("drawn", "seen"),
    [
        (drawn_digit(255, 0, columns=(60, 95)), "ink stands in pieces side by side; if these are several digits"),
        (drawn_digit(255, 0).crop((40, 30, 80, 150)), "the ink reaches from edge to edge; leave some ground"),
        # One of two tones is the ground, though as large as the other.
        (PIL.Image.fromarray(np.repeat(np.uint8([[0, 255]]), 50, axis=1).repeat(100, axis=0)), "the ink reaches from"),
    ],
)
def test_several_digits_and_ink_from_edge_to_edge_are_named(tmp_path, drawn, seen):
    drawn.save(tmp_path / "a.png")
    with pytest.warns(UserWarning, match=rf"a\.png: {seen}"):
        assert foreign.load_digit_picture(tmp_path / "a.png").max() > 200


@pytest.mark.parametrize("drawn", [plain("gray"), drawn_digit(232, 200)])
def test_a_picture_without_ink_is_refused(tmp_path, drawn):
    drawn.save(tmp_path / "a.png")
    with pytest.raises(ValueError, match=r"a\.png: expected a digit on an even ground, found none that stands out by"):
        foreign.load_digit_picture(tmp_path / "a.png")
