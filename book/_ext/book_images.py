"""Make the pictures of pages light: PNG becomes WebP, and each image says how large it is shown.

The PNG files in the results stay as they are; this is about what a page has to load.
"""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import PIL.Image
from docutils import nodes
from skimage.metrics import peak_signal_noise_ratio
from sphinx.transforms.post_transforms import SphinxPostTransform

from pixel_utils.files import write_whole

# A lossy copy has to be clearly smaller than an exact one, and not to be told from it by eye.
CLEARLY_SMALLER = 0.7
LEAST_PSNR = 35
QUALITIES = (90, 95)
CSS_DPI = 96
# Text of a figure stays readable down to this part of its size; on a narrower screen the figure scrolls in its frame.
LEAST_SCALE = 0.6


def light_name(png):
    """Return the name of the WebP file of a picture, which tells its content: given the bytes of the PNG file."""
    return f"{hashlib.sha256(png).hexdigest()}.webp"


def to_webp(image):
    """Return the bytes of the lightest WebP file that looks like an image.

    It is an exact copy of a plot, whose flat areas need little; a lossy one of photographs where it is clearly smaller
    and at least ``LEAST_PSNR`` dB close.
    """
    image = image.convert("RGBA")
    exact = _encode(image, lossless=True, quality=75)
    for quality in QUALITIES:
        lossy = _encode(image, quality=quality)
        if len(lossy) > CLEARLY_SMALLER * len(exact):
            break
        if _psnr_on_white(image, PIL.Image.open(io.BytesIO(lossy))) >= LEAST_PSNR:
            return lossy
    return exact


def _encode(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", method=4, **options)
    return buffer.getvalue()


def _psnr_on_white(image, other):
    """Return how alike two images look on a white page, in dB."""
    seen = []
    for each in (image, other):
        white = PIL.Image.new("RGBA", each.size, "white")
        seen.append(np.asarray(PIL.Image.alpha_composite(white, each.convert("RGBA")).convert("RGB")))
    with np.errstate(divide="ignore"):
        return peak_signal_noise_ratio(*seen)


def shown_size(image):
    """Return width and height in CSS pixels at which an image has the size that it was drawn for."""
    dpi = image.info.get("dpi", (CSS_DPI, CSS_DPI))[0]
    return tuple(round(length * CSS_DPI / dpi) for length in image.size)


def convert_images(app, env):
    """Make a WebP file of each PNG file of the pages; earlier ones are reused, and those that no page shows go."""
    folder = Path(app.config.light_images)
    folder.mkdir(parents=True, exist_ok=True)

    def convert(name):
        png = (Path(app.srcdir) / name).read_bytes()
        light = folder / light_name(png)
        with PIL.Image.open(io.BytesIO(png)) as image:
            if not light.is_file():
                write_whole(light, lambda part: part.write_bytes(to_webp(image)))
            return name, (str(light), *shown_size(image))

    # Pillow lets other threads work while it encodes.
    with ThreadPoolExecutor() as pool:
        env.light_images = dict(pool.map(convert, sorted(name for name in env.images if name.endswith(".png"))))
    for unused in {*folder.iterdir()} - {Path(light) for light, *_ in env.light_images.values()}:
        unused.unlink()


class LightImages(SphinxPostTransform):
    """Show the WebP file of each PNG file, at its size; load what is not at the top of a page when it comes near."""

    default_priority = 100
    formats = ("html",)

    def run(self, **kwargs):
        for number, image in enumerate(self.document.findall(nodes.image)):
            image["lazy"] = number > 0
            if image["uri"] in self.env.light_images:
                light, *image["shown"] = self.env.light_images[image["uri"]]
                image["uri"] = image["candidates"]["*"] = light
                self.env.images.add_file(self.env.docname, light)


def visit_image(translator, node):
    """Write an image with its size; a figure's as a link to itself, in a frame that scrolls on a narrow screen."""
    uri, images = node["uri"], translator.builder.images
    size = dict(zip(("width", "height"), map(str, node.get("shown", ())), strict=False))
    lazy = {"loading": "lazy"} if node.get("lazy") else {}
    source = f"{translator.builder.imgpath}/{images[uri]}" if uri in images else uri
    image = translator.emptytag(node, "img", "", alt=node.get("alt", ""), src=source, **size, **lazy, decoding="async")
    if size and isinstance(node.parent, nodes.figure) and "before-after" not in node["classes"]:
        style = f"--least-width: {round(LEAST_SCALE * node['shown'][0])}px"
        link = f'<a class="enlarge" href="{source}" title="Enlarge">{image}</a>'
        image = f'<span class="picture-frame" style="{style}">{link}</span>'
    translator.body.append(f"{image}\n")


def depart_image(translator, node):
    """Nothing is left to close."""


def setup(app):
    app.add_config_value("light_images", "", "")
    app.connect("env-updated", convert_images)
    app.add_post_transform(LightImages)
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
