"""Make ``.venv`` from ``requirements.lock``: ``python3 book/_make/environment.py``.

Runs on a bare Python 3.11, 3.12 or 3.13 with nothing installed, on any system. Debian's Python may lack
``ensurepip`` and refuses to install into itself; then the system's pip fills a virtual environment that
has no pip of its own, which neither of the two prevents.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "installed"


def pip_command():
    """Create the empty environment and return the start of a pip command that installs into it."""
    if importlib.util.find_spec("ensurepip"):
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        return [PYTHON, "-m", "pip"]
    if importlib.util.find_spec("pip"):
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", VENV], check=True)
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    sys.exit(
        f"{sys.executable} has neither ensurepip nor pip, so no environment can be made from it.\n"
        "On Debian and Ubuntu, as root: apt-get install python3-pip (or python3-venv)."
    )


def main():
    if not (3, 11) <= sys.version_info < (3, 14):
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Expected Python 3.11, 3.12 or 3.13, found {found}. Name another: make PYTHON=python3.12 ...")
    lock = ROOT / "requirements.lock"
    if STAMP.exists() and STAMP.read_bytes() == lock.read_bytes():
        STAMP.touch()
        return
    if VENV.is_symlink():
        # venv --clear follows the link and empties an environment that others may be using.
        sys.exit(
            f"{VENV}: expected a folder of its own, found a link to {VENV.resolve()}, which does not hold the locked "
            "packages. Nothing was changed. Remove the link, or bring that environment up to date."
        )
    # Without compiled files every start of TensorFlow takes twice as long.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    pip = pip_command()
    install = [*pip, "install", "--quiet", "--disable-pip-version-check"]
    print("Installing the locked packages into .venv; this takes a few minutes.", flush=True)
    subprocess.run([*install, "--require-hashes", "--requirement", lock], check=True, env=environment)
    module = ["--no-deps", "--no-build-isolation", "--editable", ROOT]
    subprocess.run([*install, *module], check=True, env=environment)
    shutil.copyfile(lock, STAMP)


if __name__ == "__main__":
    main()
