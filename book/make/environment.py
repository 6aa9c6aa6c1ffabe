"""Make ``.venv`` from ``requirements.lock``: ``python3 book/make/environment.py``.

Runs on a bare Python 3.11, 3.12 or 3.13 with nothing installed, on any system. Debian's Python may lack
``ensurepip`` and refuses to install into itself; then the system's pip fills a virtual environment that
has no pip of its own, which neither of the two prevents.

An environment that came along with a folder that was moved or copied becomes that folder's own.
"""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
# Says where the environment was made, and from which lock.
STAMP = VENV / "installed"
LOCK = ROOT / "requirements.lock"
# Settings of pip that would put packages elsewhere, or have it refuse.
ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_DRY_RUN", "PIP_PYTHON")
INTO_THE_ENVIRONMENT = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
# How a script of an environment begins, in either form, and how many bytes of a plain first line Linux reads.
INTERPRETER = re.compile(rb"#!(/bin/sh\n'''exec' )?[^\n]*?/bin/(?P<python>python[0-9.]*)[^\n]*\n(?(1)' '''\n)")
LONGEST = 127


def create():
    """Create the empty environment and return the start of a pip command that installs into it."""
    pip = pip_command()
    without = [] if pip[0] == PYTHON else ["--without-pip"]
    subprocess.run([sys.executable, "-m", "venv", "--clear", *without, VENV], check=True)
    return pip


def pip_command():
    """Return the start of a pip command that installs into the environment."""
    if importlib.util.find_spec("ensurepip"):
        return [PYTHON, "-m", "pip"]
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    sys.exit(
        f"{sys.executable} has neither ensurepip nor pip, so no environment can be made from it.\n"
        "On Debian and Ubuntu, as root: apt-get install python3-pip (or python3-venv)."
    )


def install(pip, *arguments):
    """Let pip install into the environment, whatever its settings say about other places."""
    # Without compiled files every start of TensorFlow takes twice as long.
    left_out = (*ELSEWHERE, "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    command = [*pip, "install", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, env=kept | INTO_THE_ENVIRONMENT)


def install_module():
    """Let the environment import the module of this very folder.

    A path file does it, which the environment's own Python writes where and as it reads it. Setuptools, which pip would
    ask, cannot install from a folder with braces in its name.
    """
    write = "import pathlib, sysconfig; (pathlib.Path(sysconfig.get_path('purelib')) / 'predicting_pixels.pth')"
    subprocess.run([PYTHON, "-c", f"{write}.write_text({str(ROOT)!r})"], check=True)


def settle():
    """Make an environment that was made at another place this folder's own: its scripts name that place."""
    # Without --clear it renews what activates the environment, and nothing else.
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", VENV], check=True)
    for script in PYTHON.parent.iterdir():
        if script.is_file() and not script.is_symlink():
            content = script.read_bytes()
            named = INTERPRETER.match(content)
            if named:
                python = VENV.resolve() / "bin" / os.fsdecode(named["python"])
                script.write_bytes(first_line(python) + content[named.end() :])
    install_module()


def first_line(python):
    """Return what runs a script with an interpreter, as pip writes it: through the shell if its path is not plain."""
    plain = b"#!" + os.fsencode(python) + b"\n"
    if len(plain) <= LONGEST and not re.search(rb"\s", plain[:-1]):
        return plain
    # To Python the second line and the third are a text that nobody uses.
    return b"#!/bin/sh\n'''exec' %b \"$0\" \"$@\"\n' '''\n" % os.fsencode(shlex.quote(str(python)))


def main():
    if os.pathsep in str(ROOT):
        # Lists of folders, such as those in which Python looks for modules, are separated by it.
        sys.exit(f"{ROOT}: expected a folder without {os.pathsep!r} in its name or above it, found one. Move the book.")
    place, lock = str(VENV.resolve()), LOCK.read_text(encoding="utf-8")
    made_at, _, made_from = STAMP.read_text(encoding="utf-8").partition("\n") if STAMP.exists() else ("", "", "")
    if made_from == lock and PYTHON.exists():
        if made_at == place:
            return
        # On Windows the place is part of programs, which nobody can rewrite.
        if os.name != "nt":
            print("This folder was moved or copied: its environment in .venv becomes its own.", flush=True)
            settle()
            STAMP.write_text(f"{place}\n{lock}", encoding="utf-8")
            return
    if not (3, 11) <= sys.version_info < (3, 14):
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Expected Python 3.11, 3.12 or 3.13, found {found}. Name another: make PYTHON=python3.12 ...")
    if VENV.is_symlink():
        # venv --clear follows the link and empties an environment that others may be using.
        sys.exit(
            f"{VENV}: expected a folder of its own, found a link to {VENV.resolve()}, which does not hold the locked "
            "packages. Nothing was changed. Remove the link, or bring that environment up to date."
        )
    pip = create()
    print("Installing the locked packages into .venv; this takes a few minutes.", flush=True)
    install(pip, "--require-hashes", "--requirement", LOCK)
    install_module()
    STAMP.write_text(f"{place}\n{lock}", encoding="utf-8")


if __name__ == "__main__":
    main()
