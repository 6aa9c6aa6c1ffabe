"""One build at a time; what a killed one left is cleared."""

import contextlib
import os
import subprocess
import sys

import psutil
import pytest

from book.make.paths import ROOT

BUILD = """
import subprocess, sys, time
from pathlib import Path
from book.make.processes import refuse_other_builds
lock = refuse_other_builds(Path(".snakemake"))
started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
print(started.pid, flush=True)
sys.stdin.read()
started.kill()
"""


@pytest.fixture
def build(tmp_path):
    """Start a build that starts a process; return the build and the number of that process, empty if it was refused.

    It ends when its input does.
    """
    started, jobs = [], []

    def start():
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        started.append(
            subprocess.Popen([sys.executable, "-c", BUILD], cwd=tmp_path, env=environment, text=True, **pipes)
        )
        jobs.append(started[-1].stdout.readline().strip())
        return started[-1], jobs[-1]

    yield start
    for job in filter(None, jobs):
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(int(job)).kill()
    for process in started:
        process.kill()
        process.communicate(timeout=20)


def lives(number):
    return psutil.pid_exists(int(number)) and psutil.Process(int(number)).status() != psutil.STATUS_ZOMBIE


def test_a_second_build_is_refused_and_told_of_the_first(build, tmp_path):
    first, job = build()
    second, said = build()
    assert said == ""
    assert f"{tmp_path}: another build is going on here, process {first.pid}." in second.stderr.read()
    assert second.wait(timeout=20) == 1
    assert lives(job)


def test_after_a_kill_the_next_build_goes_on_and_nothing_of_the_last_does(build, tmp_path):
    first, job = build()
    locks = tmp_path / ".snakemake/locks"
    locks.mkdir()
    first.kill()
    first.wait(timeout=20)
    assert lives(job)
    second, said = build()
    assert lives(said)
    assert not lives(job)
    assert not locks.exists()
    assert "The last build here was killed" in second.communicate(timeout=20)[1]


def test_a_build_that_ended_leaves_nothing_to_clear(build, tmp_path):
    for _ in range(2):
        assert build()[0].communicate(timeout=20)[1] == ""
    assert not (tmp_path / ".snakemake/book.process").exists()
