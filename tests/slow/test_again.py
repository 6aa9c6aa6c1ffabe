"""The whole book a second time, somewhere else: the same values, whatever the folder is called."""

import sys
from pathlib import Path

import pytest

from book.make.paths import ROOT, notebooks_of


@pytest.fixture(scope="module")
def builds(tmp_path_factory, copy_repository, make, smoke):
    """The smoke build, and one made anew in a copy of the repository whose path a careless command would split."""
    copy = copy_repository(tmp_path_factory.mktemp("again") / "Bücher & {1} Pixel")
    # The interpreter has such a path too, as after `make` in a folder of this name.
    (copy / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    make(copy, python=copy / ".venv" / Path(sys.executable).relative_to(sys.prefix))
    return ROOT / smoke, copy / smoke


def files(folder, *patterns):
    return {path.relative_to(folder).as_posix(): path for pattern in patterns for path in folder.glob(pattern)}


def test_the_same_values_twice(builds):
    first, second = (files(build / "results", "*/values.json", "*/*.csv") for build in builds)
    assert {name.split("/")[0] for name in first} == set(notebooks_of("smoke"))
    assert first.keys() == second.keys()
    assert [name for name in first if first[name].read_bytes() != second[name].read_bytes()] == []


def test_pages_are_made_in_any_folder(builds):
    first, second = (files(build / "html", "**/*.html") for build in builds)
    assert "index.html" in first
    assert first.keys() == second.keys()
