"""A part of the book a second time, somewhere else: the same values, whatever the folder is called.

Those chapters that repeat recorded trainings compare them to the last digit in every run; so here are others.
"""

import sys
from pathlib import Path

import pytest

from book.make.paths import COMPARISON, ROOT, all_chapters
from book.make.profiles import records_trainings

# The comparison reads all chapters, not some.
CHAPTERS = [name for name in all_chapters() if not records_trainings(name) and name != COMPARISON]


@pytest.fixture(scope="module")
def builds(tmp_path_factory, copy_repository, make, smoke):
    """The smoke build, and one made anew in a copy of the repository whose path a careless command would split."""
    copy = copy_repository(tmp_path_factory.mktemp("again") / "Bücher & {1} Pixel")
    # The interpreter has such a path too, as after `make` in a folder of this name.
    (copy / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    interpreter = copy / ".venv" / Path(sys.executable).relative_to(sys.prefix)
    make(copy, python=interpreter, chapters=",".join(CHAPTERS))
    return ROOT / smoke, copy / smoke


def files(folder, *patterns):
    return {path.relative_to(folder).as_posix(): path for pattern in patterns for path in folder.glob(pattern)}


def test_the_same_values_twice(builds):
    patterns = [f"{chapter}/{kind}" for chapter in CHAPTERS for kind in ("values.json", "*.csv")]
    first, second = (files(build / "results", *patterns) for build in builds)
    assert {name.split("/")[0] for name in first} == set(CHAPTERS)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name].read_bytes() != second[name].read_bytes()] == []


def test_pages_are_made_in_any_folder(builds):
    first, second = (files(build / "html", "**/*.html") for build in builds)
    assert "index.html" in second
    assert second.keys() <= first.keys()
    assert {f"notebooks/{chapter}.html" for chapter in CHAPTERS} <= second.keys()
