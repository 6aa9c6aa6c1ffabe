"""Make the pages of a build with Jupyter Book, where the first warning fails: ``... render BUILD NOTEBOOK...``.

The pages of the last good book stay until the new ones are whole.
"""

import contextlib
import gc
import io
import shutil
import sys
from pathlib import Path

import yaml
from jupyter_book.cli.main import main as jupyter_book

from book.make.downloads import one_file, place_notebooks
from book.make.paths import ROOT, has_pages, pages_folder, pages_mark, source_folder, sphinx_folder
from book.make.policy import add_policies, with_policy
from book.make.slim import slim
from book.make.stage import listed_files, stage
from book.make.swap import swap, undo
from book.make.triggers import page_inputs


def all_pages(toc):
    """Return the pages that a table of contents names, in its order."""
    return [Path(file).with_suffix(".html").as_posix() for file in (toc["root"], *listed_files(toc))]


def missing_pages(toc, html):
    """Return the pages that a table of contents names and a rendered book lacks."""
    return [page for page in all_pages(toc) if not (html / page).is_file()]


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
    slim(rendered)
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    title, repository = settings["title"], settings["repository"]["url"]
    add_policies(rendered, root=toc["root"], title=title)
    place_notebooks(source, rendered, repository=repository)
    whole = with_policy(one_file(rendered, all_pages(toc), title))
    (rendered / "downloads/predicting-pixels.html").write_text(whole, encoding="utf-8")
    (rendered / pages_mark(build).name).write_text(made_of, encoding="utf-8")
    swap({pages_folder(build): rendered})


if __name__ == "__main__":
    # All pages fit into memory; to look for what could be freed would take a quarter of the time.
    gc.disable()
    main(Path(sys.argv[1]), sys.argv[2:])
