"""One build at a time, and nothing left of one that was killed."""

import atexit
import contextlib
import os
import platform
import shutil
import sys

import psutil
from filelock import FileLock, Timeout

# Says to every process that a build starts which build that is: host and number of its process.
BUILDER = "PREDICTING_PIXELS_BUILDER"


def refuse_other_builds(folder):
    """Refuse other builds in a repository as long as this process lives, and clear what a killed one left.

    Parameters
    ----------
    folder : Path
        Where Snakemake keeps its records.

    Returns
    -------
    FileLock
        To be kept: the system opens it when the process ends, however it ends.

    Raises
    ------
    SystemExit
        If another build is going on; it is named by its process.
    """
    folder.mkdir(exist_ok=True)
    lock, note = FileLock(folder / "book.lock"), folder / "book.process"
    # A build that ends takes its note along.
    last = note.read_text(encoding="utf-8") if note.is_file() else ""
    try:
        lock.acquire(blocking=False)
    except Timeout:
        number = last.rpartition(" ")[2]
        sys.exit(f"{folder.resolve().parent}: another build is going on here, process {number}. Wait for it or end it.")
    os.environ[BUILDER] = f"{platform.node()} {os.getpid()}"
    note.write_text(os.environ[BUILDER], encoding="utf-8")
    atexit.register(note.unlink, missing_ok=True)
    if last:
        print("The last build here was killed; this one goes on from where it stood.", file=sys.stderr)
        left = [process for process in psutil.process_iter() if _started_by(process, last)]
        for process in left:
            process.kill()
        psutil.wait_procs(left)
        shutil.rmtree(folder / "locks", ignore_errors=True)
    return lock


def _started_by(process, builder):
    """Tell whether a process was started by a build and still lives."""
    with contextlib.suppress(psutil.Error):
        return process.pid != os.getpid() and process.environ().get(BUILDER) == builder
    return False
