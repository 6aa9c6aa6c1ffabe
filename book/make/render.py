"""Make the pages of a build with Jupyter Book, where the first warning fails: ``... render BUILD NOTEBOOK...``.

The pages of the last good book stay until the new ones are whole.
"""

import contextlib
import gc
import io
import logging
import shutil
import sys
from pathlib import Path

import yaml
from jupyter_book.cli.main import main as jupyter_book

from book.make.downloads import one_file, place_notebooks
from book.make.finish import finish, with_policy
from book.make.paths import ROOT, has_pages, pages_folder, pages_mark, source_folder, sphinx_folder, webp_folder
from book.make.stage import stage
from book.make.swap import swap, undo
from book.make.theme import keep_what_is_used
from book.make.triggers import page_inputs

# Other input than TeX, other output than text, bundles of parts that are there one by one, the menu and speech:
# assistive technology reads the MathML that stands beside each formula.
UNUSED_MATHJAX = (
    "input/asciimath",
    "input/asciimath.js",
    "input/mml",
    "input/mml.js",
    "input/tex-full.js",
    "input/tex/extensions/all-packages.js",
    "output/svg",
    "output/svg.js",
    "sre",
    "ui",
    *(f"a11y/{part}.js" for part in ("complexity", "explorer", "semantic-enrich", "sre")),
)


def all_pages(toc):
    """Return the pages that a table of contents names, in its order."""
    entries = [toc["root"], *(entry["file"] for part in toc["parts"] for entry in part["chapters"])]
    return [Path(entry).with_suffix(".html").as_posix() for entry in entries]


def missing_pages(toc, html):
    """Return the pages that a table of contents names and a rendered book lacks."""
    return [page for page in all_pages(toc) if not (html / page).is_file()]


def remove_unused_mathjax(mathjax):
    """Keep of MathJax what a page can ask for: the parts that book_pages.py names and what these load on demand."""
    for bundle in mathjax.glob("*.js"):
        if bundle.name not in ("core.js", "loader.js", "startup.js"):
            bundle.unlink()
    for unused in UNUSED_MATHJAX:
        path = mathjax / unused
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def remove_dead_files(static):
    """Drop what no page asks for: live-code scripts, sources of translations, build leftovers."""
    shutil.rmtree(static / "locales", ignore_errors=True)
    for pattern in ("sphinx-thebe.*", "*webpack-macros.html", "**/*.map"):
        for path in static.glob(pattern):
            path.unlink()


def main(build, notebooks):
    made_of = page_inputs(build, notebooks)
    undo([pages_folder(build)])
    toc = stage(build, notebooks)
    source, work = source_folder(build), sphinx_folder(build)
    shutil.rmtree(work, ignore_errors=True)
    kept = "The pages of the last good book are still there." if has_pages(build) else ""
    options = ["--path-output", work, "--builder", "html", "-W", "-n", "--keep-going", "--quiet"]
    try:
        # It says where its pages lie, but they are moved.
        with contextlib.redirect_stdout(io.StringIO()):
            jupyter_book([*map(str, ["build", source, *options])], standalone_mode=False)
    except (RuntimeError, SystemExit) as error:
        sys.exit(f"Jupyter Book made no pages ({error}); its messages stand above. {kept}")
    rendered = work / "_build/html"
    missing = missing_pages(toc, rendered)
    if missing:
        sys.exit(f"Jupyter Book made no page for {missing}. {kept}")
    remove_unused_mathjax(rendered / "_static/mathjax")
    remove_dead_files(rendered / "_static")
    # Sphinx makes other libraries talk.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    keep_what_is_used(rendered)
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    title, repository, cache = settings["title"], settings["repository"]["url"], webp_folder(build)
    images = finish(rendered, root=toc["root"], title=title, cache=cache)
    place_notebooks(source, rendered, images, repository=repository)
    whole = with_policy(one_file(rendered, all_pages(toc), title))
    (rendered / "downloads/predicting-pixels.html").write_text(whole, encoding="utf-8")
    (rendered / pages_mark(build).name).write_text(made_of, encoding="utf-8")
    swap({pages_folder(build): rendered})


if __name__ == "__main__":
    # All pages fit into memory; to look for what could be freed would take a quarter of the time.
    gc.disable()
    main(Path(sys.argv[1]), sys.argv[2:])
