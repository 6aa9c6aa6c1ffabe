"""Render staged pages with Jupyter Book, where the first warning fails: ``python book/_make/render.py SRC HTML``."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from downloads import one_file, place_notebooks
from finish import finish, with_policy
from theme import keep_what_is_used

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


def main(source, html):
    work = source.parent / "sphinx"
    shutil.rmtree(work, ignore_errors=True)
    options = ["--path-output", work, "--builder", "html", "-W", "-n", "--keep-going", "--quiet"]
    # The extensions of this book lie beside its prose.
    search = os.pathsep.join(filter(None, [str((source / "book/_ext").resolve()), os.environ.get("PYTHONPATH")]))
    # By this Python: where the command of that name lies differs from system to system.
    jupyter_book = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    command = [*jupyter_book, "build", source, *options]
    finished = subprocess.run(command, env={**os.environ, "PYTHONPATH": search})
    if finished.returncode:
        sys.exit(f"Jupyter Book ended with status {finished.returncode}; its messages stand above.")
    rendered = work / "_build/html"
    toc, settings = (
        yaml.safe_load((source / name).read_text(encoding="utf-8")) for name in ("_toc.yml", "_config.yml")
    )
    missing = missing_pages(toc, rendered)
    if missing:
        sys.exit(f"Jupyter Book made no page for {missing}.")
    remove_unused_mathjax(rendered / "_static/mathjax")
    remove_dead_files(rendered / "_static")
    keep_what_is_used(rendered)
    title, repository = settings["title"], settings["repository"]["url"]
    commits = json.loads((source / "commits.json").read_text(encoding="utf-8"))
    cache = source.parent / "webp"
    images = finish(rendered, root=toc["root"], title=title, cache=cache, commits=commits, repository=repository)
    place_notebooks(source, rendered, images, repository=repository)
    whole = with_policy(one_file(rendered, all_pages(toc), title))
    (rendered / "downloads/predicting-pixels.html").write_text(whole, encoding="utf-8")
    shutil.rmtree(html, ignore_errors=True)
    shutil.move(rendered, html)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
