"""One build at a time; what a killed one left is cleared."""

import contextlib
import os
import signal
import subprocess
import sys

import psutil
import pytest

from book.make import processes

BUILD = """
import subprocess, sys, time
from pathlib import Path
from book.make.processes import be_the_only_build
lock = be_the_only_build(Path(sys.argv[1]))
started = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
print(started.pid, flush=True)
time.sleep(100)
"""


@pytest.fixture
def build(tmp_path):
    """Start a build that starts a process; return the build and the number of that process, empty if it was refused."""
    started = []

    def start():
        command = [sys.executable, "-c", BUILD, str(tmp_path / ".snakemake")]
        environment = {**os.environ, "PYTHONPATH": os.path.dirname(processes.__file__)}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(command, env=environment, text=True, **pipes))
        return started[-1], started[-1].stdout.readline().strip()

    yield start
    for process in started:
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(process.pid).children():
                child.kill()
        process.kill()
        process.communicate(timeout=20)


def lives(number):
    return psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE


def test_a_second_build_is_refused_and_told_of_the_first(build, tmp_path):
    first, job = build()
    second, said = build()
    assert said == ""
    assert f"{tmp_path}: another build is going on here, process {first.pid}." in second.stderr.read()
    assert second.wait(timeout=20) == 1
    assert lives(int(job))


def test_after_a_kill_the_next_build_goes_on_and_nothing_of_the_last_does(build, tmp_path):
    first, job = build()
    locks = tmp_path / ".snakemake/locks"
    locks.mkdir()
    (locks / "0.input.lock").touch()
    first.send_signal(signal.SIGKILL)
    first.wait(timeout=20)
    assert lives(int(job))
    second, said = build()
    assert lives(int(said))
    assert not lives(int(job))
    assert not locks.exists()
    psutil.Process(int(said)).kill()
    second.kill()
    assert "The last build here was killed" in second.stderr.read()


def test_a_build_that_ended_leaves_nothing_to_clear(tmp_path):
    command = [sys.executable, "-c", BUILD.replace("time.sleep(100)", "pass"), str(tmp_path / ".snakemake")]
    environment = {**os.environ, "PYTHONPATH": os.path.dirname(processes.__file__)}
    for _ in range(2):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert done.stderr == ""
    assert not (tmp_path / ".snakemake/book.process").exists()
