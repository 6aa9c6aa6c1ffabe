"""Pictures of pages: light copies that look alike, sizes, and frames in which wide ones scroll."""

import io

import numpy as np
import PIL.Image

from book.make.pictures import LEAST_PSNR, lighten, psnr, shown_size, to_webp, with_light_images


def plot(size=(120, 80)):
    """A drawing of one colour on clear ground."""
    image = PIL.Image.new("RGBA", size)
    image.paste((0, 114, 178, 255), (10, 10, size[0] - 10, 14))
    return image


def photograph(size=200):
    """A smooth picture with the noise of a camera."""
    rows, columns = np.mgrid[:size, :size]
    smooth = 128 + 60 * np.sin(rows / 20) + 50 * np.cos(columns / 31)
    noisy = smooth[..., None] + np.random.default_rng(0).normal(0, 3, (size, size, 3))
    return PIL.Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def test_a_plot_is_kept_exactly_and_a_photograph_closely():
    assert psnr(plot(), PIL.Image.open(io.BytesIO(to_webp(plot())))) == np.inf
    lossy = to_webp(photograph())
    assert np.inf > psnr(photograph(), PIL.Image.open(io.BytesIO(lossy))) >= LEAST_PSNR
    exact = io.BytesIO()
    photograph().save(exact, "WEBP", lossless=True)
    assert len(lossy) < exact.tell() / 2


def test_pictures_of_a_page_become_webp_once(tmp_path):
    folder, cache = tmp_path / "_images", tmp_path / "cache"
    folder.mkdir()
    cache.mkdir()
    (cache / "stale.webp").write_bytes(b"")

    def light(size):
        plot(size).save(folder / "a.png", dpi=(192, 192))
        successors = lighten(folder, cache)
        assert [path.name for path in folder.iterdir()] == ["a.webp"]
        (kept,) = cache.iterdir()
        return successors, kept

    successors, kept = light((320, 160))
    assert successors == {"a.png": ("a.webp", 160, 80)}
    # What is in the cache is taken from there, but not for another picture of the same name.
    kept.write_bytes(b"from the cache")
    light((320, 160))
    assert (folder / "a.webp").read_bytes() == b"from the cache"
    assert light((160, 80))[0] == {"a.png": ("a.webp", 80, 40)}
    assert (folder / "a.webp").read_bytes() != b"from the cache"


def test_an_image_without_a_density_is_shown_pixel_by_pixel():
    assert shown_size(PIL.Image.new("L", (30, 20))) == (30, 20)


def test_only_images_of_the_book_are_changed():
    page = '<img alt="A" src="../_images/a.png" /><img src="x/logo.png" alt=""><img alt="B" src="../_images/a.png" />'
    light = '<img alt="{}" src="../_images/a.webp" width="3" height="2"{} decoding="async" />'
    assert with_light_images(page, {"a.png": ("a.webp", 3, 2)}) == (
        light.format("A", "") + '<img src="x/logo.png" alt="">' + light.format("B", ' loading="lazy"')
    )
