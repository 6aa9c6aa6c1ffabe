"""Find the Chromium that the page tests drive, or install Debian's: ``python -m book.make browser``."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser():
    """Return the path of a Chromium-like browser, or None. The variable ``CHROMIUM`` names one by hand."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def main():
    if find_browser() is None and shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium for the page tests.", flush=True)
        subprocess.run(["apt-get", "-qq", "update"], check=False)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        command = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"]
        subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    found = find_browser()
    if found:
        print(f"Page tests use {found}.")
    else:
        print(
            "No Chromium found: the page tests will be skipped. Install one, or name it in CHROMIUM.", file=sys.stderr
        )


if __name__ == "__main__":
    main()
