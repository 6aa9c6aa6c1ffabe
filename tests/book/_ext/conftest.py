"""A page of Markdown as the book's extensions make it, without the theme."""

import bs4
import PIL.Image
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

EXTENSIONS = ["myst_parser", "sphinx_exercise", "book._ext.book_images", "book._ext.book_markup"]


@pytest.fixture
def rendered(tmp_path):
    """Return a function that renders Markdown beside pictures, given by name, and returns the page's body."""

    def render(text, **pictures):
        source, built = tmp_path / "src", tmp_path / "built"
        source.mkdir(exist_ok=True)
        (source / "index.md").write_text(f"# Page\n\n{text}", encoding="utf-8")
        for name, picture in pictures.items():
            picture.save(source / f"{name}.png", dpi=(192, 192))
        settings = {
            "extensions": EXTENSIONS,
            "html_theme": "basic",
            "light_images": str(tmp_path / "light"),
            "myst_enable_extensions": ["dollarmath"],
            "numfig": True,
        }
        with patch_docutils(), docutils_namespace():
            app = Sphinx(source, None, built, built, "html", settings, status=None, freshenv=True, warningiserror=True)
            app.build(force_all=True)
        page = bs4.BeautifulSoup((built / "index.html").read_text(encoding="utf-8"), "html.parser")
        return page.find("div", class_="body")

    return render


@pytest.fixture
def plot():
    """A drawing of one colour on clear ground."""
    image = PIL.Image.new("RGBA", (120, 80))
    image.paste((0, 114, 178, 255), (10, 10, 110, 14))
    return image
