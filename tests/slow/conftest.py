"""What the tests that make books share: copies of the repository, and books made in them."""

import os
import shutil
import subprocess
import sys

import pytest

from book.make.paths import ROOT, build_folder

NEEDED = (
    *("Snakefile", "_config.yml", "_toc.yml", "CITATION.cff", "requirements.lock"),
    *("book", "data", "notebooks", "pixel_utils", "tests"),
)
# What helps the tests to find the book's modules is not there where a reader makes a book.
LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")


@pytest.fixture(scope="session", autouse=True)
def _asked_for(request):
    if not request.config.getoption("--slow"):
        pytest.skip("makes a book, which takes minutes: make test-slow")


@pytest.fixture(scope="session")
def smoke():
    """The folder of the smoke build, relative to the root of a repository."""
    return build_folder("smoke").relative_to(ROOT)


@pytest.fixture(scope="session")
def copy_repository():
    """Copy what makes a book, and more of the repository if named, into a new folder; return it."""

    def copy(folder, *more):
        folder.mkdir(parents=True)
        for name in (*NEEDED, *more):
            source, target = ROOT / name, folder / name
            shutil.copytree(source, target, symlinks=True) if source.is_dir() else shutil.copy2(source, target)
        return folder

    return copy


@pytest.fixture(scope="session")
def start():
    """Start Snakemake in a copy of the repository, in profile smoke, with its other settings by name."""

    def start_snakemake(folder, *options, python=sys.executable, **config):
        settings = [f"{name}={value}" for name, value in ({"profile": "smoke"} | config).items()]
        as_make = ["--cores", "all", "--nolock", "--rerun-incomplete"]
        command = [python, "-m", "snakemake", *as_make, *options, "--config", *settings]
        environment = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
        return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    return start_snakemake


@pytest.fixture(scope="session")
def make(start):
    """Run Snakemake as ``start`` does to its end; return what it said, after a look at its status."""

    def run(*arguments, fails=False, **config):
        process = start(*arguments, **config)
        said = process.communicate(timeout=1200)[0].decode(errors="replace")
        assert (process.returncode != 0) == fails, said[-5000:]
        return said

    return run
