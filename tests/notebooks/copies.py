"""Copies of the repository in which tests make the book."""

import shutil
from pathlib import Path

NEEDED = (
    "Snakefile",
    "_config.yml",
    "_toc.yml",
    "CITATION.cff",
    "book",
    "data",
    "notebooks",
    "pixel_utils",
    "requirements.lock",
    "tests",
)


def copy_repository(folder, *more):
    """Copy what Snakemake needs to make the book, and more of the repository if named, into a new folder."""
    folder.mkdir(parents=True)
    for name in (*NEEDED, *more):
        if Path(name).is_dir():
            shutil.copytree(name, folder / name, symlinks=True)
        else:
            shutil.copy2(name, folder / name)
