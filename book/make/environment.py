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
# Settings that would put packages elsewhere or nowhere, or leave out compiled files, which make starts twice as fast.
LEFT_OUT = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_DRY_RUN", "PIP_PYTHON", "PYTHONDONTWRITEBYTECODE")
INTO_THE_ENVIRONMENT = {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
# How pip begins a script of an environment: with the interpreter, or through the shell where its path is not plain.
INTERPRETER = re.compile(rb"#!(/bin/sh\n'''exec' )?[^\n]*?/bin/(?P<python>python[0-9.]*)[^\n]*\n(?(1)' '''\n)")


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
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    command = [*pip, "install", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, env=kept | INTO_THE_ENVIRONMENT)


def install_module():
    """Let the environment import the module of this very folder.

    A path file does it, which the environment's own Python writes where and as it reads it. Setuptools, which pip would
    ask, cannot install from a folder with braces in its name.
    """
    write = "import pathlib, sysconfig; (pathlib.Path(sysconfig.get_path('purelib')) / 'predicting_pixels.pth')"
    subprocess.run([PYTHON, "-c", f"{write}.write_text({str(ROOT)!r})"], check=True)


def adopt_environment():
    """Make an environment that was made at another place this folder's own: its scripts name that place."""
    # Without --clear it renews what activates the environment, and nothing else.
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", VENV], check=True)
    for script in PYTHON.parent.iterdir():
        content = script.read_bytes() if script.is_file() and not script.is_symlink() else b""
        if begins := INTERPRETER.match(content):
            python = shlex.quote(str(VENV.resolve() / "bin" / os.fsdecode(begins["python"])))
            # Through the shell, for any path. To Python the second line and the third are a text that nobody uses.
            first = b"#!/bin/sh\n'''exec' %b \"$0\" \"$@\"\n' '''\n" % os.fsencode(python)
            script.write_bytes(first + content[begins.end() :])
    install_module()


def main():
    if os.pathsep in str(ROOT):
        # Lists of folders, such as those in which Python looks for modules, are separated by it.
        sys.exit(f"{ROOT}: expected a folder without {os.pathsep!r} in its name or above it, found one. Move the book.")
    lock = LOCK.read_text(encoding="utf-8")
    stamp = f"{VENV.resolve()}\n{lock}"
    found = STAMP.read_text(encoding="utf-8") if STAMP.exists() and PYTHON.exists() else ""
    if found == stamp:
        return
    # On Windows the place is part of programs, which nobody can rewrite.
    if found.partition("\n")[2] == lock and os.name != "nt":
        print("This folder was moved or copied: its environment in .venv becomes its own.", flush=True)
        adopt_environment()
    else:
        make_environment()
    STAMP.write_text(stamp, encoding="utf-8")


def make_environment():
    """Make the environment anew and install the locked packages, if this Python can and no shared one is touched."""
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


if __name__ == "__main__":
    main()
