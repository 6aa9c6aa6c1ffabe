"""Write a file whole, or leave what was there."""

import contextlib
import os
from pathlib import Path


def place(path, write):
    """Let a function write under a temporary name and move that into place, so that no half-written file stays.

    Parameters
    ----------
    path : str or Path
        Where the file goes; one that is there is replaced at once, or kept if anything fails.
    write : callable
        Given the temporary path, in the same folder and with the same ending, it writes the file.

    Raises
    ------
    OSError
        If the file cannot be written; any other error of ``write`` is passed on.
    """
    path = Path(path)
    # Keras looks at the ending.
    part = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        write(part)
        os.replace(part, path)
    except OSError as error:
        raise OSError(f"{path}: expected to write the whole file, found {error.strerror or error}") from error
    finally:
        # What cannot be written at all cannot be removed either, and that is not the error to report.
        with contextlib.suppress(OSError):
            part.unlink()
