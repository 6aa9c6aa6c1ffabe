"""The lock follows from the list of packages by one command, and a newer one by another; needs the registry."""

import shutil
import subprocess
import sys

import pytest

from book.make.paths import ROOT


@pytest.fixture
def make_lock(tmp_path):
    """Run a command of the Makefile on a copy of the list and the lock; return the lock that it leaves."""

    def run(target):
        for name in ("Makefile", "pyproject.toml", "requirements.lock", "environment.yml"):
            shutil.copy(ROOT / name, tmp_path / name)
        (tmp_path / ".venv").symlink_to(sys.prefix)
        subprocess.run(["make", "--assume-old=.venv/installed", target], cwd=tmp_path, check=True)
        return (tmp_path / "requirements.lock").read_text(encoding="utf-8")

    return run


def test_an_unchanged_list_gives_the_same_versions(make_lock):
    locks = (ROOT / "requirements.lock").read_text(encoding="utf-8"), make_lock("lock")
    # A version that is locked may get more files, and so more checksums.
    before, after = ([line for line in lock.splitlines() if "==" in line] for lock in locks)
    assert before == after


def test_the_newest_versions_give_a_lock_of_the_same_form(make_lock, tmp_path):
    make_lock("upgrade")
    # These read the lock of the folder that they run in.
    tests = ROOT / "tests/repository/test_dependencies.py"
    command = [sys.executable, "-m", "pytest", "--quiet", f"--rootdir={ROOT}", tests]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
