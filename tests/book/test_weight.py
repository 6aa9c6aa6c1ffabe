"""What the pages weigh, and how their pictures, icons and scripts are made light."""

import io

import numpy as np
import PIL.Image
import pytest
from bs4 import BeautifulSoup
from finish import without_unused_files
from fontTools.ttLib import TTFont
from pictures import LEAST_PSNR, lighten, psnr, shown_size, to_webp, with_light_images
from theme import named_glyphs, slim_script, slim_styles, without_parts

SITE, FIRST_LOAD = 22e6, 2e6
# What is there to be taken away: a page loads none of it.
DOWNLOADS = {"_sources", "downloads"}


def site_weight(html):
    """Return the bytes of all files that pages are made of."""
    files = (path for path in html.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if not DOWNLOADS & set(path.relative_to(html).parts))


def first_load(page, address):
    """Return the bytes that a browser loads for a page before its reader moves, none of them compressed on the way."""
    sizes = {}
    page.on("response", lambda response: sizes.update({response.url: int(response.headers.get("content-length", 0))}))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return sum(sizes.values())


def blurred_images(page):
    """Return the images that have fewer than two pixels for each that they are shown with."""
    return page.evaluate(
        """() => [...document.querySelectorAll("article img")].filter(image =>
            !image.src.endsWith(".svg") && image.naturalWidth < 2 * image.clientWidth - 1
        ).map(image => `${image.src}: ${image.naturalWidth} for ${image.clientWidth}`)"""
    )


def test_the_site_is_light(html):
    assert site_weight(html) < SITE, f"the site weighs {site_weight(html) / 1e6:.1f} MB"


def test_a_heavy_site_is_noticed(tmp_path):
    for folder in ("_images", "downloads"):
        (tmp_path / folder).mkdir()
        with (tmp_path / folder / "heavy.bin").open("wb") as file:
            file.truncate(int(SITE))
    assert site_weight(tmp_path) == SITE


def test_every_page_is_light_at_first_load(browser, site, built_page):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    weight = first_load(page, site + built_page)
    page.close()
    assert weight < FIRST_LOAD, f"{built_page} weighs {weight / 1e6:.2f} MB"


def test_a_heavy_page_is_noticed(planted):
    page, address = planted("x" * int(FIRST_LOAD))
    assert first_load(page, address) > FIRST_LOAD


def test_images_say_their_size_and_wait_until_they_come_near(html, chapters):
    for chapter in chapters:
        images = BeautifulSoup((html / chapter).read_text(encoding="utf-8"), "html.parser").select("article img")
        assert all(image.get("width") and image.get("height") for image in images), chapter
        assert [image.get("loading") for image in images[1:]] == ["lazy"] * (len(images) - 1)
        assert not [image["src"] for image in images if image["src"].endswith(".png")]


def test_images_are_sharp_on_dense_screens(visit, chapters):
    for chapter in chapters:
        with visit(chapter) as seen:
            seen.page.evaluate("document.querySelectorAll('article img').forEach(image => { image.loading = 'eager' })")
            seen.page.evaluate(
                "Promise.all([...document.querySelectorAll('article img')].map(image => image.decode())).then(() => {})"
            )
            assert blurred_images(seen.page) == []


def test_a_blurred_image_is_noticed(visit, chapters):
    with visit(chapters[0]) as seen:
        seen.page.evaluate(
            "document.querySelector('article').innerHTML = '<img width=64 src=\"data:image/png;base64,"
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\">'"
        )
        seen.page.wait_for_function("document.querySelector('article img').complete")
        assert len(blurred_images(seen.page)) == 1


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
    plot((320, 160)).save(folder / "a.png", dpi=(192, 192))
    assert lighten(folder, cache) == {"a.png": ("a.webp", 160, 80)}
    assert [path.name for path in folder.iterdir()] == [path.name for path in cache.iterdir()] == ["a.webp"]
    # What is in the cache is taken from there.
    (cache / "a.webp").write_bytes(b"from the cache")
    plot((320, 160)).save(folder / "a.png", dpi=(192, 192))
    lighten(folder, cache)
    assert (folder / "a.webp").read_bytes() == b"from the cache"


def test_an_image_without_a_density_is_shown_pixel_by_pixel():
    assert shown_size(PIL.Image.new("L", (30, 20))) == (30, 20)


def test_only_images_of_the_book_are_changed():
    page = '<img alt="A" src="../_images/a.png" /><img src="x/logo.png" alt=""><img alt="B" src="../_images/a.png" />'
    light = '<img alt="{}" src="../_images/a.webp" width="3" height="2"{} decoding="async" />'
    assert with_light_images(page, {"a.png": ("a.webp", 3, 2)}) == (
        light.format("A", "") + '<img src="x/logo.png" alt="">' + light.format("B", ' loading="lazy"')
    )


SCRIPT = (
    'var i={bars:[448,512,["navicon"],"f0c9","M0"],"arrow-up":[384,512,[8593],"f062",["M1","M2"]],x:[1,1,[],"f0","M"]}'
)


def test_icons_that_nobody_asks_for_are_left_out():
    assert slim_script(SCRIPT, {"navicon", "x"}) == 'var i={bars:[448,512,["navicon"],"f0c9","M0"],x:[1,1,[],"f0","M"]}'
    rules = '.a{b:c}.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.fa-x:before{content:"x"}.z{}'
    assert slim_styles(rules, {"bars"}) == '.a{b:c}.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.z{}'


def test_glyphs_are_found_escaped_or_as_they_are():
    styles = 'a:before{content:"\\f0c9"}b{--icon:"\uf05a"}c:after{content:"x \u2191"}'
    assert named_glyphs(styles) == {0xF0C9, 0xF05A}


def test_the_font_has_every_glyph_that_the_styles_show(html):
    styles = "".join(path.read_text(encoding="utf-8") for path in html.rglob("*.css"))
    fonts = (html / "_static/vendor/fontawesome/webfonts").glob("*.woff")
    drawn = {code for font in fonts for code in TTFont(font).getBestCmap() or ()}
    assert {hex(code) for code in named_glyphs(styles) if code >= 0xE000} - {hex(code) for code in drawn} == set()


def test_an_icon_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"found none for \['unicorn'\]"):
        slim_script(SCRIPT, {"bars", "unicorn"})


def test_files_that_a_page_does_not_need_are_left_out():
    files = (
        '<link rel="stylesheet" href="../_static/sphinx-design.min.css?v=6a" />'
        '<script data-x="y" src="../_static/design-tabs.js?v=f"></script>'
    )
    search = '<script src="../_static/searchtools.js"></script><script src="../searchindex.js"></script>'
    book = '<script src="../_static/book.js"></script>'
    assert without_unused_files(files + search + book) == book
    card = '<div class="big sd-card">'
    assert without_unused_files(files + search + book + card) == files + book + card


def test_styles_of_parts_that_no_page_has_are_left_out():
    styles = "@media print{.modal-body,.modal{top:0}.modal,.bd-page{top:1px}}.carousel{top:2px}.modality{top:3px}"
    assert without_parts(styles, ['<p class="wide carousel-item">']) == (
        "@media print{.modal,.bd-page{top:1px}}.carousel{top:2px}.modality{top:3px}"
    )
