"""Render staged pages with Jupyter Book, where the first warning fails: ``python book/_make/render.py SRC HTML``."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from finish import finish

ICON = re.compile(
    r""""?(?P<name>[a-z0-9-]+)"?:\[\d+,\d+,\[(?P<others>[^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\[[^\]]*\])\],?"""
)
# Classes of size and style that are no icons.
NO_ICONS = {"solid", "regular", "brands", "lg"}


def missing_pages(toc, html):
    """Return the pages that a table of contents names and a rendered book lacks."""
    entries = [toc["root"], *(entry["file"] for part in toc["parts"] for entry in part["chapters"])]
    pages = [str(Path(entry).with_suffix(".html")) for entry in entries]
    return [page for page in pages if not (html / page).is_file()]


def remove_unused_mathjax(mathjax):
    """Keep of MathJax what a page can ask for: the one bundle it names and what that loads on demand."""
    for bundle in mathjax.glob("*.js"):
        if bundle.name not in ("tex-chtml.js", "core.js", "loader.js", "startup.js"):
            bundle.unlink()
    for unused in ("input/asciimath", "input/asciimath.js", "input/mml", "input/mml.js", "output/svg", "output/svg.js"):
        path = mathjax / unused
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    # How formulas are spoken: English is the book's language, Nemeth its braille.
    for spoken in (mathjax / "sre/mathmaps").glob("*.json"):
        if spoken.stem not in ("base", "en", "nemeth"):
            spoken.unlink()


def remove_dead_files(static):
    """Drop what no page asks for: live-code scripts, sources of translations, build leftovers."""
    shutil.rmtree(static / "locales", ignore_errors=True)
    for pattern in ("sphinx-thebe.*", "*webpack-macros.html", "**/*.map"):
        for path in static.glob(pattern):
            path.unlink()


def keep_used_icons(html):
    """Keep of the theme's two thousand icons those that a page or a script names, and of its fonts what browsers read.

    Raises
    ------
    ValueError
        If the file of icons is not written as expected, or an icon that is used is not in it.
    """
    script = html / "_static/scripts/fontawesome.js"
    pages = [*html.rglob("*.html"), *html.rglob("*.js"), *(html / "_static").glob("*.css")]
    texts = [path.read_text(encoding="utf-8") for path in pages if path != script]
    used = {name for text in texts for name in re.findall(r"\bfa-([a-z0-9-]+)", text)}
    kept = set()

    def keep(match):
        # After the name: width, height, other names, code point, drawing.
        names = {match["name"], *re.findall(r'"([^"]+)"', match["others"])}
        if not names & used:
            return ""
        kept.update(names)
        return match[0]

    whole = script.read_text(encoding="utf-8")
    slim = ICON.sub(keep, whole)
    missing = used - kept - NO_ICONS
    if missing or len(slim) > len(whole) / 4:
        raise ValueError(
            f"{script}: expected icons for {sorted(used - NO_ICONS)}, found none for {sorted(missing)}; "
            f"{len(slim)} of {len(whole)} characters are left"
        )
    script.write_text(slim, encoding="utf-8")
    for font in (html / "_static/vendor/fontawesome/webfonts").glob("*.ttf"):
        font.unlink()


def main(source, html):
    work = source.parent / "sphinx"
    shutil.rmtree(work, ignore_errors=True)
    options = ["--path-output", work, "--builder", "html", "-W", "-n", "--keep-going", "--quiet"]
    # The extensions of this book lie beside its prose.
    search = os.pathsep.join(filter(None, [str((source / "book/_ext").resolve()), os.environ.get("PYTHONPATH")]))
    jupyter_book = shutil.which("jupyter-book", path=Path(sys.executable).parent)
    command = [jupyter_book, "build", source, *options]
    finished = subprocess.run(command, env={**os.environ, "PYTHONPATH": search})
    if finished.returncode:
        sys.exit(f"Jupyter Book ended with status {finished.returncode}; its messages stand above.")
    rendered = work / "_build/html"
    toc, settings = (yaml.safe_load((source / name).read_text()) for name in ("_toc.yml", "_config.yml"))
    missing = missing_pages(toc, rendered)
    if missing:
        sys.exit(f"Jupyter Book made no page for {missing}.")
    remove_unused_mathjax(rendered / "_static/mathjax")
    remove_dead_files(rendered / "_static")
    keep_used_icons(rendered)
    finish(rendered, root=toc["root"], title=settings["title"], cache=source.parent / "webp")
    shutil.rmtree(html, ignore_errors=True)
    shutil.move(rendered, html)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
