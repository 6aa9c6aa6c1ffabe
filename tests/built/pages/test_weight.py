"""What the pages weigh together, and what they are made of."""

from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from book.make.slim import named_glyphs

SITE = 22e6
# What is there to be taken away: a page loads none of it.
DOWNLOADS = {"_sources", "downloads"}


def site_weight(html):
    """Return the bytes of all files that pages are made of."""
    files = (path for path in html.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files if not DOWNLOADS & set(path.relative_to(html).parts))


def test_the_site_is_light(html):
    assert site_weight(html) < SITE, f"the site weighs {site_weight(html) / 1e6:.1f} MB"


def test_images_say_their_size_and_wait_until_they_come_near(html, chapters):
    for chapter in chapters:
        images = BeautifulSoup((html / chapter).read_text(encoding="utf-8"), "html.parser").select("article img")
        assert all(image.get("width") and image.get("height") for image in images), chapter
        assert [image.get("loading") for image in images[1:]] == ["lazy"] * (len(images) - 1)
        assert not [image["src"] for image in images if image["src"].endswith(".png")]


def test_the_font_has_every_glyph_that_the_styles_show(html):
    styles = "".join(path.read_text(encoding="utf-8") for path in html.rglob("*.css"))
    fonts = (html / "_static/vendor/fontawesome/webfonts").glob("*.woff")
    drawn = {code for font in fonts for code in TTFont(font).getBestCmap() or ()}
    assert {hex(code) for code in named_glyphs(styles) if code >= 0xE000} - {hex(code) for code in drawn} == set()
