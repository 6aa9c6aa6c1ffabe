"""What readers take away: notebooks with and without results, and the whole book as one file."""

import base64
import importlib.util
import io
import json
import re
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import PIL.Image
from bs4 import BeautifulSoup, SoupStrainer

from book._ext.book_cells import CELL_TAG
from book._ext.book_images import light_name, shown_size
from book._ext.book_names import NAMES
from book.make.plain_copies import glued_values, plain, with_plain_text

SETUP_ID = "fetch-the-book"
ORIGIN_ID = "where-the-book-is"
HEADINGS = [f"h{level}" for level in range(1, 7)]
MATHJAX_CONFIG = {"options": {"processHtmlClass": "math"}, "svg": {"fontCache": "local"}}


def hosted_copy(notebook, repository):
    """Return a notebook that first fetches its module and its data, for a machine that has neither.

    Parameters
    ----------
    notebook : NotebookNode
    repository : str
        Address or path of the repository, as git takes it.

    Returns
    -------
    NotebookNode
    """
    lines = [
        "# This machine has neither the book's module nor its data: fetch both. This takes a few minutes.",
        f"!git clone --depth 1 {repository} predicting-pixels",
        "%pip install --quiet ./predicting-pixels",
        "%cd predicting-pixels/notebooks",
        "import sys",
        'sys.path.insert(0, "..")',
    ]
    return _with_first_cell(notebook, SETUP_ID, lines)


def with_origin(notebook, repository):
    """Return a notebook whose first cell says where its module and its pictures come from, and looks for them.

    Parameters
    ----------
    notebook : NotebookNode
    repository : str
        Address of the book's repository; may be empty.

    Returns
    -------
    NotebookNode
    """
    lines = [
        "# A notebook of the book Predicting Pixels. Its module pixel_utils and its pictures come with the",
        f"# book: get the whole repository{repository and f' from {repository}'},",
        "# run make book there, and put this file into its folder notebooks.",
        "from pathlib import Path",
        "",
        'if not Path("../pixel_utils").is_dir():',
        "    raise FileNotFoundError(",
        '        "pixel_utils: expected the module of the book Predicting Pixels beside the "',
        '        f"folder of this notebook, found none in {Path.cwd().parent}; see above"',
        "    )",
    ]
    return _with_first_cell(notebook, ORIGIN_ID, lines)


def _with_first_cell(notebook, name, lines):
    copy = nbformat.from_dict(notebook)
    copy.cells.insert(0, nbformat.v4.new_code_cell("\n".join(lines), id=name))
    return copy


def with_light_outputs(notebook, folder, describe):
    """Return an executed notebook whose pictures are the light ones of the pages, each above its caption.

    Parameters
    ----------
    notebook : NotebookNode
    folder : Path
        The pages' images.
    describe : callable
        Given name and caption of a figure, as its cell's metadata hold them, what stands below it.
    """
    for cell in notebook.cells:
        # What a page needs to link to a cell; see stage.py.
        tags = cell.metadata.get("tags", [])
        tags[:] = [tag for tag in tags if not tag.startswith(CELL_TAG)]
        shown = cell.metadata.get("mystnb", {})
        alt = escape(shown.get("image", {}).get("alt", ""))
        caption = f"<figcaption>{escape(describe(**shown['figure']))}</figcaption>" if "figure" in shown else ""
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" not in data:
                continue
            png = base64.b64decode(data["image/png"])
            if (folder / light_name(png)).is_file():
                width, height = shown_size(PIL.Image.open(io.BytesIO(png)))
                source = data_address(folder / light_name(png), "image/webp")
                del data["image/png"]
                # Not every program that opens notebooks knows WebP as an output; all know HTML.
                image = f'<img alt="{alt}" width="{width}" height="{height}" src="{source}" />'
                data["text/html"] = f"<figure>{image}{caption}</figure>"
    return notebook


def data_address(path, kind):
    """Return a file as an address that holds its content."""
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def place_notebooks(source, html, *, repository=""):
    """Put the notebooks into a rendered book: executed in ``_sources``, without outputs in ``downloads``.

    Copies that fetch the module and the data, in ``downloads/hosted``, are made only if there is a repository to
    fetch them from.
    """
    names = json.loads((html / NAMES).read_text(encoding="utf-8"))
    (html / NAMES).unlink()
    (html / "downloads").mkdir()
    for path in (html / "_sources").rglob("*.ipynb"):
        executed = nbformat.read(path, as_version=4)
        readable = partial(plain, values=glued_values(executed), names=names, folder=source / "notebooks")
        light = with_light_outputs(
            with_plain_text(executed, readable),
            html / "_images",
            lambda name, caption, readable=readable: f"{names[name]}. {readable(caption)}",
        )
        nbformat.write(with_origin(light, repository), path)
        # Without outputs: what was staged, of exercises two, with solutions and without.
        for clean in sorted((source / "downloads" / path.stem).glob("*.ipynb")):
            notebook = with_plain_text(nbformat.read(clean, as_version=4), readable)
            nbformat.write(with_origin(notebook, repository), html / "downloads" / clean.name)
            if repository:
                (html / "downloads/hosted").mkdir(exist_ok=True)
                nbformat.write(hosted_copy(notebook, repository), html / "downloads/hosted" / clean.name)


def slug(page):
    """Return the name of a page within the one-file edition."""
    return Path(page).stem


def part_of_one_file(page, html, pages):
    """Return a page's article, with its images inside, as a part of the one-file edition."""
    only = SoupStrainer("article", class_="bd-article")
    article = BeautifulSoup((html / page).read_text(encoding="utf-8"), "html.parser", parse_only=only).article
    for tag in [*article.find_all("script"), *article.find_all(class_="convolution-widget")]:
        tag.decompose()
    # The edition's only script sets formulas, so what pages say where there is none holds here, too.
    for tag in article.find_all("noscript"):
        tag.unwrap()
    name = slug(page)
    for tag in article.find_all(id=True):
        tag["id"] = f"{name}--{tag['id']}"
    for tag in article.find_all(href=True):
        tag["href"] = within_one_file(tag["href"], page, html, pages)
        if not tag["href"]:
            tag.unwrap()
    for image in article.find_all("img"):
        path = ((html / page).parent / image["src"]).resolve()
        image["src"] = data_address(path, "image/svg+xml" if path.suffix == ".svg" else f"image/{path.suffix[1:]}")
    # A heading of a page is one below the book's, which is that of the first page.
    for tag in article.find_all(HEADINGS) if page != pages[0] else []:
        tag.name = f"h{min(int(tag.name[1]) + 1, 6)}"
    for box in article.select(".admonition.dropdown"):
        box.name, box.find(class_="admonition-title").name = "details", "summary"
    article.name, article["id"] = "section", name
    return str(article)


def within_one_file(address, page, html, pages):
    """Return where a link of a page leads within the one-file edition: empty if nowhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return address
    target = ((html / page).parent / parts.path).resolve() if parts.path else (html / page).resolve()
    target = target.relative_to(html.resolve()).as_posix()
    if target not in pages:
        return ""
    return f"#{slug(target)}--{parts.fragment}" if parts.fragment else f"#{slug(target)}"


def one_file(html, pages, title):
    """Return the whole book as one page that needs no other file.

    Parameters
    ----------
    html : Path
        The finished pages.
    pages : sequence of str
        Paths of the pages in their order.
    title : str
        The book's name.

    Returns
    -------
    str
    """
    sheets = [
        "styles/pydata-sphinx-theme.css",
        "pygments.css",
        "styles/sphinx-book-theme.css",
        *(path.name for path in (html / "_static").glob("mystnb.*.css")),
        "exercise.css",
        "sphinx-design.min.css",
        "book.css",
    ]
    # Fonts of icons are left out: there are no buttons, and boxes do without.
    styles = "\n".join(
        re.sub(r"@font-face\{[^}]*\}", "", (html / "_static" / sheet).read_text(encoding="utf-8")) for sheet in sheets
    )
    package = importlib.util.find_spec("sphinx-mathjax-offline").submodule_search_locations[0]
    # Drawings of letters need no font files. Within a page, a script must not seem to end before it does.
    mathjax = (
        (Path(package) / "static/mathjax/tex-svg.js").read_text(encoding="utf-8").replace("</script", r"<\/script")
    )
    parts = "\n".join(part_of_one_file(page, html, pages) for page in pages)
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>{escape(title)}</title>
    <style>{styles}</style>
    <script>window.MathJax = {json.dumps(MATHJAX_CONFIG)};</script>
    <script>{mathjax}</script>
  </head>
  <body class="one-file tex2jax_ignore">
    <main class="bd-article bd-content">
{parts}
    </main>
  </body>
</html>
"""
