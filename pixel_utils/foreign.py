"""Read single files that readers bring: pictures, digits, masks and infrared frames.

A path may begin with ``~``, the home folder. A file that is not there gives a FileNotFoundError, one that cannot be
read a ValueError: with its name, what was expected and what it is.
"""

import io
import itertools
import re
import warnings

import numpy as np
import PIL.Image
import PIL.ImageCms
import PIL.ImageOps
import tifffile
from scipy import ndimage

from pixel_utils.checks import require
from pixel_utils.files import existing

MAX_PIXELS = 250_000_000
PIL.Image.MAX_IMAGE_PIXELS = MAX_PIXELS

# Tags of a TIFF page: what it is, with bits for a smaller copy and for a mask of another; which number is white.
PAGE_KIND, COPY_OR_MASK, MEANING = 254, 0b101, 262
# First bytes of files often mistaken for pictures (case ignored), and what they are.
NO_PICTURES = {
    rb"\Z": "an empty file",
    rb"\s*version https://git-lfs": "a pointer of large-file storage; git lfs pull fetches what it points to",
    rb"(\xef\xbb\xbf)?\s*<(!doctype )?html": "a web page; save the picture itself, not the page around it",
    rb".*<svg": "a drawing in SVG; export it as PNG",
    rb"%PDF": "a PDF document; export the page as PNG",
    rb"....ftyp(heic|heix|hevc|mif1|msf1)": "a HEIC picture; export it as JPEG, or let the phone's camera save JPEG",
    rb"\x93NUMPY": "a NumPy array; np.load reads it, PIL.Image.fromarray(array).save(...) makes a picture of it",
}


class Refused(ValueError):
    """A file that opens, but not as what is asked for."""


def read_picture(path, *, side=None):
    """Read one picture as a person would see it: red, green and blue as uint8 of shape (H, W, 3).

    It is turned upright by its EXIF note, and its colours are converted to sRGB if it has another profile. Grey,
    palette and CMYK pictures become RGB, 16 bits become 8, and what is transparent is laid over black. The file is in a
    format that Pillow opens, of 8 or 16 bits, not animated, and of at most 250 million pixels.

    With ``side`` the picture is shrunk until its longer side has at most this many pixels. JPEG files are shrunk while
    they are decoded, so that memory does not grow with them; progressive ones and other formats take up to four bytes a
    pixel for a moment, or twice as much if they have to be turned.
    """
    return np.asarray(_open_colours(path, "black", side))


def central_square(picture, size):
    """Copy the central square of ``size`` pixels out of a picture, shape (H, W, ...), which must not be smaller."""
    height, width = picture.shape[:2]
    require(min(height, width) >= size, "picture", f"at least {size} x {size} pixels", f"{width} x {height}")
    top, left = (height - size) // 2, (width - size) // 2
    return picture[top : top + size, left : left + size].copy()


def read_frame(path, *, page=None, swapped=False):
    """Read one 16-bit frame of raw counts from a TIFF or PNG file: uint16 of shape (H, W), as the file holds them.

    The file has one channel of whole numbers from 0 to 65535, in either byte order. ``page`` is the page of a stack,
    from 0; thumbnails and smaller copies of a page do not count. ``swapped`` says that the two bytes of each count
    stand in the wrong order, as in some frames that were cut out of other files; a warning tells when it would make a
    frame much smoother.
    """
    expected = "one channel of 16-bit counts"
    image = _open(path, page=page, expected=expected)
    values = np.asarray(image)
    if image.format == "PPM" and image.mode.startswith("I"):
        import cv2

        # Pillow spreads counts of a portable greymap to 16 bits if its header names fewer.
        values = cv2.imdecode(np.fromfile(existing(path, expected), np.uint8), cv2.IMREAD_UNCHANGED)
    if not image.mode.startswith("I") or values.min() < 0 or values.max() > 65535:
        raise ValueError(f"{path}: expected {expected}, found {_found_instead(image, values)}")
    counts = values.astype(np.uint16)
    if not swapped and 3 * _roughness(counts.byteswap()) < _roughness(counts):
        seen = "neighbours differ like noise, but not with the bytes of each count swapped"
        warnings.warn(f"{path}: {seen}; swapped=True reads such a frame", stacklevel=2)
    return counts.byteswap() if swapped else counts


def _found_instead(image, values):
    """Say what an image holds instead of counts, and how to convert it to counts."""
    if image.mode in ("F", "I"):
        return _no_counts(values)
    if image.mode in ("L", "1", "P", "PA"):
        return "a palette, whose numbers stand for colours" if "P" in image.mode else "grey of 8 bits or less"
    if image.format == "JPEG" and any(name == "APP1" and start[:4] == b"FLIR" for name, start in image.applist):
        return "a radiometric JPEG, drawn for the eye; exiftool -b -RawThermalImage writes its counts to a file"
    channels = f"{len(image.getbands())} channels ({image.mode})"
    return f"{channels}: colours, or counts with transparency; save the counts alone"


def _no_counts(values):
    kind, form = ("decimal", "g") if values.dtype.kind == "f" else ("whole", "d")
    also = "" if np.isfinite(values).all() else ", some not finite"
    hint = "to convert to counts, choose a step, say 0.01 or 1, and save np.rint((values - lowest) / step) as uint16"
    return f"{kind} numbers from {np.nanmin(values):{form}} to {np.nanmax(values):{form}}{also}; {hint}"


def _roughness(counts):
    """Return how much neighbours differ, in standard deviations of the frame."""
    differences = np.abs(np.diff(counts.astype(np.float32), axis=1))
    return differences.mean() / max(counts.std(), 1) if differences.size else 0


def read_mask(path):
    """Read which pixels of a picture are missing, drawn as another picture: bool of shape (H, W), True where one is.

    White on black marks them. Other drawings are understood where only one reading is possible: brushes of any colours
    on black, a brush of one colour on a transparent ground, and a copy of the picture whose missing part is
    transparent. What marks nothing or all, or by tones and by transparency, is refused.
    """
    image = _eight_bits(_open(path, expected="a mask"), path)
    brightness = np.asarray(image.convert("RGB")).max(axis=-1)
    clear = np.asarray(image.convert("RGBA"))[..., 3] < 128
    both = (path, "white where pixels are missing and black elsewhere", "one tone only")
    require(not clear.all(), *both)
    drawn = brightness[~clear].astype(float)
    middle = max(32, drawn.max() / 2)
    between = np.mean(np.abs(drawn - middle) < middle / 2)
    if not clear.any():
        require(between <= 0.1, path, "white on black", f"{between:.0%} of the pixels in between")
        # A darker stroke is one, too: each ends where it is half as bright as around there.
        missing = brightness > np.maximum(32, ndimage.maximum_filter(brightness, 5) / 2)
    elif between < 0.1 and 0.001 < np.mean(drawn > middle) < 0.999:
        hint = "if white marks them, save it without transparency"
        require(False, path, "pixels marked by white on black or by transparency", f"both; {hint}")
    else:
        # A brush on nothing, or a picture with a hole.
        one_colour = np.mean(np.abs(drawn - np.median(drawn)) < 16) > 0.9
        brush = one_colour and (np.median(drawn) > 191 or clear.mean() > 0.5)
        missing = ~clear if brush else clear
    require(missing.any() and not missing.all(), *both)
    if missing.mean() > 0.5:
        share = f"{missing.mean():.0%} of the picture"
        warnings.warn(f"{path}: marks {share} as missing; if that is what to keep, invert the mask", stacklevel=2)
    return missing


def load_digit_picture(path):
    """Load a photo or scan of one handwritten digit and bring it into the form of MNIST's: (28, 28), uint8, ink 255.

    Dark and bright ink are told apart from their ground, whose brightness may change smoothly across the picture.
    Specks and what runs along or across the picture, such as a scanner's border or a ruled line, are left out with a
    warning. The ink is scaled to fit 20x20 pixels, and its box is centred (MNIST's makers centred the centre of mass).
    What is transparent is ground. A picture without ink is refused.
    """
    grey = np.asarray(_open_colours(path, "gray", 1000).convert("L"), np.float32)
    ink = np.abs(grey - _smooth_ground(grey))
    require(ink.max() > 32, path, "a digit on an even ground", "none that stands out by more than 32 grey levels")
    ink, seen = _without_specks_and_borders(ink)
    if seen:
        warnings.warn(f"{path}: {'; '.join(seen)}", stacklevel=2)
    rows, columns = (np.flatnonzero((ink > ink.max() / 3).any(axis=axis)) for axis in (1, 0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / ink.max() * 255
    scale = 20 / max(cut.shape)
    size = tuple(max(1, round(length * scale)) for length in cut.shape[::-1])
    small = PIL.Image.fromarray(cut.astype(np.uint8)).resize(size, PIL.Image.Resampling.LANCZOS)
    canvas = PIL.Image.new("L", (28, 28))
    canvas.paste(small, ((28 - size[0]) // 2, (28 - size[1]) // 2))
    return np.asarray(canvas)


def _smooth_ground(grey):
    """Return the grey of the ground: one value, or a surface of second degree through what is no ink.

    What is far from the surface is ink. The surface grows outwards from the commonest grey, and then fits closely.
    """
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    if np.ptp(np.percentile(border, [15, 85])) < 16 and abs(np.median(border) - np.median(grey)) < 40:
        return np.median(border)
    down, across = np.meshgrid(*(np.linspace(-1, 1, length) for length in grey.shape), indexing="ij")
    powers = np.stack([down * 0 + 1, down, across, down**2, across**2, down * across], axis=-1)
    step = tuple(slice(None, None, -(-length // 100)) for length in grey.shape)
    few, values = powers[step].reshape(-1, 6), grey[step].ravel()
    ground = np.full(len(values), np.percentile(values, 50, method="nearest"))
    for distance in [40] * 15 + [16] * 5:
        near = np.abs(values - ground) < distance
        if not near.any():
            break
        coefficients = np.linalg.lstsq(few[near], values[near], rcond=None)[0]
        ground = few @ coefficients
    return np.rint(powers @ coefficients).astype(np.float32)


def _without_specks_and_borders(ink):
    """Return the ink of a digit alone, and sentences on what else was seen.

    Pieces of one stroke may be a little apart. Without a border the ink may be fainter.
    """
    reach, seen = 1 + 2 * max(1, max(ink.shape) // 100), []

    def pieces():
        labels, count = ndimage.label(ndimage.maximum_filter(ink > max(32, ink.max() / 3), reach))
        return labels, np.bincount(labels.ravel(), minlength=count + 1)[1:]

    labels, sizes = pieces()
    inked = np.where(ink > max(32, ink.max() / 3), labels, 0)
    sides = (inked[0], inked[-1], inked[:, 0], inked[:, -1])
    top, bottom, left, right = (np.bincount(side, minlength=len(sizes) + 1)[1:] / len(side) for side in sides)
    along = np.maximum.reduce([top, bottom, left, right]) > 0.5
    edge = np.isin(labels, np.flatnonzero(along | (top * bottom > 0) | (left * right > 0)) + 1)
    if edge.any() and (labels[~edge] > 0).any():
        seen.append("left out what runs along or across the picture")
        ink = np.where(edge, 0, ink)
        labels, sizes = pieces()
    elif edge.any():
        seen.append("the ink reaches from edge to edge; leave some ground around the digit")
    specks = np.flatnonzero(sizes < 0.05 * sizes.max()) + 1
    if len(specks):
        seen.append(f"left out {len(specks)} specks" if len(specks) > 1 else "left out a speck")
        ink = np.where(np.isin(labels, specks), 0, ink)
    large = itertools.compress(ndimage.find_objects(labels), sizes > 0.3 * sizes.max())
    columns = sorted((across.start, across.stop) for _, across in large)
    if any(one[1] < other[0] for one, other in itertools.pairwise(columns)):
        seen.append("ink stands in pieces side by side; if these are several digits, cut one out")
    return ink, seen


def _open_colours(path, ground, side=None):
    """Open a picture upright as RGB in sRGB, what is transparent laid over a ground."""
    image = _eight_bits(_open(path, side=side), path)
    factor = max(image.size) // (2 * side) if side else 1
    if factor > 1:
        image = image.reduce(factor)
    image = _in_srgb(image, path)
    if image.has_transparency_data:
        image = PIL.Image.alpha_composite(PIL.Image.new("RGBA", image.size, ground), image.convert("RGBA"))
    image = image if image.mode == "RGB" else image.convert("RGB")
    if side and max(image.size) > side:
        image.thumbnail((side, side), PIL.Image.Resampling.LANCZOS)
    return image


def _open(path, *, page=None, side=None, expected="a picture"):
    """Open an image file upright; refuse what is missing, foreign, cut short, too large, or more than one picture.

    With ``side`` it may come shrunk, to a longer side of at least twice as many pixels. A decoder's error may be of
    any kind.
    """
    file = existing(path, expected)
    try:
        # Of a file that Pillow opens by its name it maps the memory, and misreads turned TIFF pages.
        with warnings.catch_warnings(), open(file, "rb") as opened, PIL.Image.open(opened) as image:
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            _go_to_page(image, path, page)
            pixels, size = image.width * image.height, f"{image.width} x {image.height}"
            require(pixels <= MAX_PIXELS, path, f"a picture of at most {MAX_PIXELS:,} pixels", size, Refused)
            if side:
                larger = max(image.size) / (2 * side)
                image.draft(image.mode, [max(1, int(length / larger)) for length in image.size])
            image.load()
            PIL.ImageOps.exif_transpose(image, in_place=True)
            return image
    except (MemoryError, Refused):
        raise
    except Exception as error:
        raise ValueError(f"{path}: expected {expected}, found {_what_it_is(file, error)}") from None


def _go_to_page(image, path, page):
    """Turn to a page, not counting thumbnails, smaller copies, masks, and the preview in a phone's photograph."""
    pages, kinds = range(1 if image.format == "MPO" else getattr(image, "n_frames", 1)), []
    if image.format == "TIFF":
        for number in pages:
            image.seek(number)
            kinds.append(image.tag_v2.get(PAGE_KIND, 0))
        pages = [number for number in pages if not kinds[number] & COPY_OR_MASK] or pages
    hint = "; where one is read by its number, page=0 is the first" if image.format == "TIFF" else ""
    asked = page is not None or len(pages) == 1
    require(asked, path, "one picture", f"{len(pages)} frames or pages{hint}", Refused)
    require(0 <= (page or 0) < len(pages), path, f"a page from 0 to {len(pages) - 1}", page, Refused)
    image.seek(pages[page or 0])


def _what_it_is(file, error):
    """Say what a file is that does not open as a picture, and what helps."""
    with open(file, "rb") as opened:
        start = opened.read(1024)
    for beginning, kind in NO_PICTURES.items():
        if re.match(beginning, start, re.DOTALL | re.IGNORECASE):
            return kind
    if not isinstance(error, PIL.UnidentifiedImageError):
        return f"a file that does not open as one ({str(error) or type(error).__name__})"
    if start[:4] not in (b"II*\0", b"MM\0*"):
        text = re.fullmatch(rb"(\xef\xbb\xbf)?[\x01-\x7f]*", start)
        return "text" if text else "a file in no format that Pillow reads"
    try:
        with tifffile.TiffFile(file) as tiff:
            page = tiff.pages[0]
            if len(page.shape) == 2 and page.dtype.kind == "f":
                return f"a TIFF file of {page.dtype}: {_no_counts(page.asarray())}"
            return f"a TIFF file of {page.dtype} and shape {page.shape}, which Pillow does not read"
    except Exception:
        return "a TIFF file that is cut short, or in no form that Pillow reads"


def _eight_bits(image, path):
    """Turn an image of 16-bit greys, associated transparency or a palette into one that every step after it takes."""
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image)
        low, high = values.min(), values.max()
        if image.mode == "F" or low < 0 or high > 65535:
            raise ValueError(f"{path}: expected 8 or 16 bits a channel, found {_no_counts(values)}")
        if high - low < 4096:
            seen = f"has 16 bits, of which only {low} to {high} occur, as in raw counts (read_frame reads these)"
            warnings.warn(f"{path}: {seen}", stacklevel=4)
        # Pillow turns such pages over only if they have 8 bits.
        if image.format == "TIFF" and image.tag_v2.get(MEANING) == 0:
            values = 65535 - values.astype(np.int32)
        grey = PIL.Image.fromarray(np.rint(values / 257).astype(np.uint8))
        grey.info["icc_profile"] = image.info.get("icc_profile")
        return grey
    straight = {"La": "LA", "RGBa": "RGBA", "PA": "RGBA", "P": "RGB", "1": "L"}.get(image.mode, image.mode)
    if image.has_transparency_data and straight in ("L", "RGB"):
        straight = "RGBA"
    return image if straight == image.mode else image.convert(straight)


def _in_srgb(image, path):
    """Convert the colours of an image from those of its profile to sRGB."""
    content = image.info.get("icc_profile")
    if not content:
        return image
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert(image.mode.removesuffix("A"))
    try:
        profile = PIL.ImageCms.ImageCmsProfile(io.BytesIO(content))
        space = profile.profile.xcolor_space.strip().replace("GRAY", "L").replace("Lab", "LAB")
        if space != colours.mode:
            return image
        transform = PIL.ImageCms.buildTransform(profile, PIL.ImageCms.createProfile("sRGB"), space, "RGB")
        if space == "RGB" and _changes_little(transform):
            return image
        converted = transform.apply(colours)
    except (PIL.ImageCms.PyCMSError, OSError) as error:
        warnings.warn(f"{path}: its colour profile cannot be used ({error}); colours are taken for sRGB", stacklevel=4)
        return image
    if alpha:
        converted.putalpha(alpha)
    return converted


def _changes_little(transform):
    """Tell whether a conversion moves no colour by more than two levels, as among profiles of one colour space."""
    levels = np.arange(0, 256, 51)
    colours = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(6, 36, 3).astype(np.uint8)
    return np.abs(np.asarray(transform.apply(PIL.Image.fromarray(colours)), int) - colours).max() <= 2
