"""Make a rendered book's pictures light: PNG becomes WebP, and each image says how large it is shown.

The PNG files in the results stay as they are; this is about what a page has to load.
"""

import hashlib
import io
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import PIL.Image

# A lossy copy has to be clearly smaller than an exact one, and not to be told from it by eye.
CLEARLY_SMALLER = 0.7
LEAST_PSNR = 35
QUALITIES = (90, 95)
CSS_DPI = 96
# Text of a figure stays readable down to this part of its size; on a narrower screen the figure scrolls in its frame.
LEAST_SCALE = 0.6
IMAGE = re.compile(r'<img(?P<before>[^>]*?) src="(?P<folder>[^"]*_images/)(?P<name>[^"/]+)"(?P<after>[^>]*?)\s*/?>')


def encode(image, **options):
    """Return an image as the bytes of a WebP file."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", method=4, **options)
    return buffer.getvalue()


def on_white(image):
    """Return an image as it is seen on a white page, as an array."""
    image = image.convert("RGBA")
    white = PIL.Image.new("RGBA", image.size, "white")
    return np.asarray(PIL.Image.alpha_composite(white, image).convert("RGB"), dtype=float)


def psnr(image, other):
    """Return how alike two images look on a white page, in dB: infinite if nothing differs."""
    error = np.mean((on_white(image) - on_white(other)) ** 2)
    return np.inf if error == 0 else 10 * np.log10(255**2 / error)


def to_webp(image):
    """Return the lightest WebP that looks like an image.

    Parameters
    ----------
    image : PIL.Image.Image

    Returns
    -------
    bytes
        An exact copy of a plot, whose flat areas need little; a lossy one of photographs where it is clearly smaller
        and at least ``LEAST_PSNR`` dB close.
    """
    image = image.convert("RGBA")
    exact = encode(image, lossless=True, quality=75)
    for quality in QUALITIES:
        lossy = encode(image, quality=quality)
        if len(lossy) > CLEARLY_SMALLER * len(exact):
            break
        if psnr(image, PIL.Image.open(io.BytesIO(lossy))) >= LEAST_PSNR:
            return lossy
    return exact


def shown_size(image):
    """Return width and height in CSS pixels at which an image has the size that it was drawn for."""
    dpi = image.info.get("dpi", (CSS_DPI, CSS_DPI))[0]
    return tuple(round(length * CSS_DPI / dpi) for length in image.size)


def lighten(folder, cache):
    """Replace the PNG files of a folder by WebP files.

    Parameters
    ----------
    folder : Path
        The pages' images.
    cache : Path
        Folder for finished WebP files, named after the checksums of the PNG files, so that a page that is rendered
        again finds them here; what no page uses any more is removed.

    Returns
    -------
    dict
        For each PNG's name the name of its successor and the width and height at which to show it.
    """
    cache.mkdir(parents=True, exist_ok=True)

    def convert(path):
        done = cache / f"{hashlib.sha256(path.read_bytes()).hexdigest()}.webp"
        with PIL.Image.open(path) as image:
            if not done.is_file():
                part = done.with_suffix(".part")
                part.write_bytes(to_webp(image))
                part.replace(done)
            size = shown_size(image)
        light = path.with_suffix(".webp")
        shutil.copy(done, light)
        path.unlink()
        return done, path.name, (light.name, *size)

    # Pillow lets other threads work while it encodes.
    with ThreadPoolExecutor() as pool:
        converted = list(pool.map(convert, sorted(folder.glob("*.png"))))
    for unused in set(cache.iterdir()) - {done for done, *_ in converted}:
        unused.unlink()
    return {name: successor for _, name, successor in converted}


FIGURE_IMAGE = re.compile(r'(<figure[^>]*>\s*)(<img(?![^>]*class="before-after")[^>]*? width="(\d+)"[^>]*>)')


def with_frames(page):
    """Return a page whose figures stand in frames, in which they scroll where a screen is too narrow for their text."""

    def frame(match):
        style = f"--least-width: {round(LEAST_SCALE * int(match[3]))}px"
        return f'{match[1]}<span class="picture-frame" style="{style}">{match[2]}</span>'

    return FIGURE_IMAGE.sub(frame, page)


def with_light_images(page, successors):
    """Return a page whose images are the light ones, have a size, and are loaded when they come near.

    Parameters
    ----------
    page : str
        HTML.
    successors : dict
        What :func:`lighten` returned.
    """
    seen = 0

    def image(match):
        nonlocal seen
        name, *size = successors.get(match["name"], (match["name"],))
        attributes = f'{match["before"]} src="{match["folder"]}{name}"{match["after"]}'
        if size:
            attributes += f' width="{size[0]}" height="{size[1]}"'
        # The first image is likely to be seen at once.
        attributes += ' loading="lazy"' if seen else ""
        seen += 1
        return f'<img{attributes} decoding="async" />'

    return IMAGE.sub(image, page)
