"""Find and read the files of a folder that a reader brings; what cannot be read is counted and named in a warning."""

import os
import re
import stat
import unicodedata
import warnings
from collections import deque
from pathlib import Path

from pixel_utils.checks import require


def find_files(folder, expected="pictures"):
    """Return the files of a folder and of the folders in it, and of those that links lead to.

    Each comes once, links last: a picture that came twice could be learnt from in one place and tested in the other.

    ``expected`` says in the message what should be in it, where a FileNotFoundError tells that there is no such folder.

    Returns
    -------
    files : dict of Path
        By their paths in the folder, with ``/`` between folders and in Unicode's composed form; sorted.
    left_out : dict of str
        What is hidden (its name begins with a dot, or is ``__MACOSX``), links that lead nowhere or to what is read
        already, what cannot be read, and a second file of the same name in another form of Unicode, each with the
        reason.
    """
    top = Path(os.path.expanduser(folder))
    where = "" if top.is_absolute() else f" at {top.absolute()}"
    require(top.is_dir(), folder, f"a folder of {expected}", f"no such folder{where}", FileNotFoundError)
    files, left_out = {}, {}
    waiting, links, seen = deque([top]), deque(), set()
    while waiting or links:
        path = (waiting or links).popleft()
        name = path.relative_to(top).as_posix()
        composed = unicodedata.normalize("NFC", name)
        if path != top and (path.name.startswith(".") or path.name == "__MACOSX"):
            left_out[name] = "hidden"
            continue
        try:
            real = path.resolve()
            if real in seen:
                left_out[name] = "already read under another name"
            elif path.is_dir():
                for inner in sorted(path.iterdir()):
                    (links if inner.is_symlink() else waiting).append(inner)
            elif not stat.S_ISREG(path.stat().st_mode):
                left_out[name] = "neither a file nor a folder"
            elif composed in files:
                left_out[name] = "has the same name as another, in another form of Unicode"
            else:
                files[composed] = path
            seen.add(real)
        except FileNotFoundError:
            left_out[name] = "a link that leads nowhere"
        except (OSError, RuntimeError) as error:
            left_out[name] = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    return dict(sorted(files.items())), left_out


def read_folder(folder, read, *, expected="pictures", pattern=".*", limit=None):
    """Read the files of a folder, and leave out what cannot be read; a warning counts and names it.

    Parameters
    ----------
    folder, expected
        See :func:`find_files`.
    read : callable
        Given a path, it returns what it read, or raises a ValueError or OSError.
    pattern : str
        Regular expression for the paths in the folder; files of other names are left out.
    limit : int, optional
        Stop after this many files, in the order of their names, with a warning.

    Returns
    -------
    results, left_out : dict
        By path in the folder what was read, of one file at least; and for every other file the reason.
    """
    files, left_out = find_files(folder, expected)
    results = {}
    for number, (name, file) in enumerate(files.items()):
        if len(results) == limit:
            rest = f"the last {len(files) - number}, from {name} on, were not looked at"
            warnings.warn(f"{folder}: reads no more than {limit} files; {rest}", stacklevel=2)
            break
        if not re.fullmatch(pattern, name):
            left_out[name] = "not where such files are expected"
            continue
        try:
            results[name] = read(file)
        except (ValueError, OSError) as error:
            left_out[name] = str(error).removeprefix(f"{file}: ")
    if left_out:
        reasons = "; ".join(f"{name} ({reason})" for name, reason in left_out.items())
        total = len(left_out) + len(results)
        warnings.warn(f"{folder}: left out {len(left_out)} of {total} files: {reasons}", stacklevel=2)
    require(results, folder, expected, f"none among {len(left_out)} files")
    return results, left_out
