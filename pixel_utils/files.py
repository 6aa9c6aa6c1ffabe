"""Write a file whole, or leave what was there."""

import os
import tempfile
from pathlib import Path


def place(path, write):
    """Let a function write under a temporary name and move that into place, so that no half-written file stays.

    Parameters
    ----------
    path : str or Path
        Where the file goes; one that is there is replaced at once, or kept if anything fails. ``~`` is the home folder.
    write : callable
        Given a temporary path with the same name, it writes the file.

    An OSError names the file; any other error of ``write`` is passed on.
    """
    path = Path(os.path.expanduser(path))
    try:
        # On the same disk, where moving is one step, and beside nobody's file.
        with tempfile.TemporaryDirectory(prefix=".part-", dir=path.parent, ignore_cleanup_errors=True) as folder:
            write(Path(folder) / path.name)
            os.replace(Path(folder) / path.name, path)
    except OSError as error:
        raise OSError(f"{path}: expected to write the whole file, found {error.strerror or error}") from error
