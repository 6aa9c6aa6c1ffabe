"""The whole book a second time, somewhere else: the same values, whatever the folder is called."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from copies import copy_repository
from test_notebooks import CHAPTERS


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """The smoke run made anew in a copy of the repository whose path a careless command would split."""
    copy = tmp_path_factory.mktemp("again") / "Bücher & Pixel"
    copy_repository(copy)
    # The interpreter has such a path too, as after `make` in a folder of this name.
    (copy / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    python = copy / ".venv" / Path(sys.executable).relative_to(sys.prefix)
    # As many cores as `make book` takes: the number of threads is the order of some sums.
    command = [python, "-m", "snakemake", "--cores", "all", "--config", "profile=smoke"]
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")
    }
    done = subprocess.run(
        command,
        cwd=copy,
        env=environment,
        stderr=subprocess.STDOUT,
        stdout=subprocess.PIPE,
    )
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-5000:]
    return copy / "_build/smoke"


def differing(first, second):
    """Return the values and tables that are not byte for byte the same in two folders of results."""
    content = [
        {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("*/*.*") if is_value(path)}
        for folder in (first, second)
    ]
    return sorted(
        name for name in content[0].keys() | content[1].keys() if content[0].get(name) != content[1].get(name)
    )


def is_value(path):
    return path.name == "values.json" or path.suffix == ".csv"


def test_the_same_values_twice(build, again):
    assert [path.name for path in sorted((again / "results").iterdir())] == CHAPTERS
    assert differing(build / "results", again / "results") == []


def test_pages_are_made_in_any_folder(build, again):
    pages = [
        {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
        for folder in (build / "html", again / "html")
    ]
    assert "index.html" in pages[0]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("name", ["values.json", "held_out.csv"])
def test_a_changed_value_is_seen(build, tmp_path, name):
    shutil.copytree(build / "results", tmp_path / "results")
    assert differing(build / "results", tmp_path / "results") == []
    path = tmp_path / "results/04_denoising" / name
    # The last digit in the file, which a comparison of rounded numbers would let pass.
    text = path.read_text()
    last = max(i for i, character in enumerate(text) if character.isdigit())
    path.write_text(text[:last] + str((int(text[last]) + 1) % 10) + text[last + 1 :])
    assert differing(build / "results", tmp_path / "results") == [f"04_denoising/{name}"]
    path.unlink()
    assert differing(build / "results", tmp_path / "results") == [f"04_denoising/{name}"]
