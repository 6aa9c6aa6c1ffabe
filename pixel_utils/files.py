"""Write a file whole, or leave what was there; open what a reader names, or say what is there instead."""

import os
import tempfile
from pathlib import Path

import numpy as np

from pixel_utils.checks import require


def write_whole(path, write):
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


def existing(path, expected):
    """Return the path of a file that is there, the home folder's ``~`` written out.

    Where none is, a FileNotFoundError says what was expected; a ValueError, where there is a folder.
    """
    file = Path(os.path.expanduser(path))
    where = "" if file.is_absolute() else f" at {file.absolute()}"
    require(not file.is_dir(), path, expected, "a folder")
    require(file.is_file(), path, expected, f"no such file{where}", FileNotFoundError)
    return file


def read_archive(path, expected):
    """Return the arrays of an ``.npz`` file by name; refuse other files, and pickled objects, which could run code."""
    # Opened here, so that it is closed also if it is no archive.
    with open(existing(path, expected), "rb") as opened:
        try:
            return dict(np.load(opened, allow_pickle=False).items())
        # Parts may be encrypted, packed in unknown ways, or broken in any; a bare array has no items.
        except Exception as error:
            raise ValueError(f"{path}: expected {expected}, found no NumPy archive of numbers ({error})") from None
