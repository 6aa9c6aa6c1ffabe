"""Load folders of pictures and frames that readers bring, in any layout and in Caltech's.

What cannot be read is left out, counted and named in a warning.
"""

import os
import re
import stat
import unicodedata
import warnings
from collections import deque
from pathlib import Path

import numpy as np

from pixel_utils.foreign import read_frame, read_picture


def find_files(folder, expected="pictures"):
    """Return the files of a folder and of the folders in it, and of those that links lead to.

    Parameters
    ----------
    folder : str or Path
        Any; what is hidden has a name that begins with a dot, or is ``__MACOSX``.
    expected : str
        What should be in it, for the message.

    Returns
    -------
    files : dict of Path
        By their paths in the folder, with ``/`` between folders and in Unicode's composed form; sorted.
    left_out : dict of str
        What is hidden, links that lead nowhere or to what is read already, what cannot be read, and a second file of
        the same name in another form of Unicode, each with the reason.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    top = Path(os.path.expanduser(folder))
    if not top.is_dir():
        where = "" if top.is_absolute() else f" at {top.absolute()}"
        raise FileNotFoundError(f"{folder}: expected a folder of {expected}, found no such folder{where}")
    files, left_out = {}, {}
    # Links come last, so that what a folder holds is read where it stands. A picture that came twice could be learnt
    # from in one place and tested in the other.
    waiting, links, seen = deque([top]), deque(), set()
    while waiting or links:
        path = (waiting or links).popleft()
        name = path.relative_to(top).as_posix()
        try:
            real = path.resolve()
            if real in seen:
                left_out[name] = "is read already under another name"
            elif path.is_dir():
                seen.add(real)
                for inner in sorted(path.iterdir()):
                    if inner.name.startswith(".") or inner.name == "__MACOSX":
                        left_out[inner.relative_to(top).as_posix()] = "hidden"
                    else:
                        (links if inner.is_symlink() else waiting).append(inner)
            elif stat.S_ISREG(path.stat().st_mode):
                seen.add(real)
                composed = unicodedata.normalize("NFC", name)
                if composed in files:
                    left_out[name] = "has the same name as another, in another form of Unicode"
                else:
                    files[composed] = path
            else:
                left_out[name] = "neither a file nor a folder"
        except FileNotFoundError:
            left_out[name] = "a link that leads nowhere"
        except (OSError, RuntimeError) as error:
            left_out[name] = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    return dict(sorted(files.items())), left_out


def read_folder(folder, read, *, expected="pictures", pattern=".*", limit=None):
    """Read the files of a folder, and leave out what cannot be read; a warning counts and names it.

    Parameters
    ----------
    folder : str or Path
        See :func:`find_files`.
    read : callable
        Given a path, it returns what it read, or raises a ValueError or OSError.
    expected : str
        What should be in the folder, for messages.
    pattern : str
        Regular expression for the paths in the folder; files of other names are left out.
    limit : int, optional
        Stop after this many files, in the order of their names.

    Returns
    -------
    results : dict
        What was read by path in the folder.
    left_out : dict of str
        For every other file, and for what :func:`find_files` leaves out, the reason.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If nothing in it can be read.
    """
    files, left_out = find_files(folder, expected)
    results = {}
    for number, (name, file) in enumerate(files.items()):
        if len(results) == limit:
            warnings.warn(
                f"{folder}: reads no more than {limit} files; the last {len(files) - number}, from {name} on, were not "
                "looked at",
                stacklevel=3,
            )
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
        warnings.warn(f"{folder}: left out {len(left_out)} of {total} files: {reasons}", stacklevel=3)
    if not results:
        raise ValueError(f"{folder}: expected {expected}, found none among {len(left_out)} files")
    return results, left_out


def load_picture_folder(folder, *, size=None, limit=None):
    """Load the pictures of a folder and of the folders in it.

    Parameters
    ----------
    folder : str or Path
        Any mixture of formats and sizes; see :func:`find_files`.
    size : int, optional
        Cut the central square of this many pixels out of each picture; smaller pictures are left out.
    limit : int, optional
        Stop after this many pictures, in the order of their names.

    Returns
    -------
    pictures : list of ndarray, shape (H, W, 3), dtype uint8
        Red, green and blue from 0 to 255.
    ids : list of str
        Their paths in the folder, sorted, with ``/`` between folders.
    left_out : dict of str
        For each file that is not among the pictures the reason; a warning counts and names them.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If not a single picture is left.
    """
    pictures, left_out = read_folder(folder, lambda file: central_square(read_picture(file), size), limit=limit)
    return list(pictures.values()), list(pictures), left_out


def central_square(picture, size):
    """Cut the central square of ``size`` pixels out of a picture; None leaves it whole.

    Parameters
    ----------
    picture : ndarray, shape (H, W, ...)
    size : int or None

    Returns
    -------
    ndarray, shape (size, size, ...)

    Raises
    ------
    ValueError
        If the picture is smaller.
    """
    if size is None:
        return picture
    height, width = at_least(picture, size).shape[:2]
    top, left = (height - size) // 2, (width - size) // 2
    # A view would keep the whole picture in memory.
    return picture[top : top + size, left : left + size].copy()


def at_least(picture, size):
    """Return a picture, shape (H, W, ...), whose shorter side has ``size`` pixels or more; else raise a ValueError."""
    height, width = picture.shape[:2]
    if min(height, width) < size:
        raise ValueError(f"expected at least {size} x {size} pixels, found {width} x {height}")
    return picture


def load_caltech256(folder, *, size, limit=None):
    """Load pictures from the Caltech-256 tree, ``256_ObjectCategories/NNN.name/NNN_MMMM.jpg`` [1]_.

    Parameters
    ----------
    folder : str or Path
        The tree, or the folder that holds ``256_ObjectCategories``.
    size : int
        Side of the central square that is cut out, in pixels; smaller pictures are left out.
    limit : int, optional
        Stop after this many pictures.

    Returns
    -------
    pictures : ndarray, shape (N, size, size, 3), dtype uint8
        Red, green and blue from 0 to 255.
    labels : ndarray, shape (N,), dtype int64
        Category, 1 to 257.
    ids : list of str
        Names such as ``006.basketball-hoop/006_0018.jpg``.
    left_out : dict of str
        As in :func:`load_picture_folder`; the tree holds files that are no pictures, and pictures too deep in it.

    References
    ----------
    .. [1] G. Griffin, A. Holub and P. Perona, "Caltech-256 object category dataset", Caltech (2007).
    """
    inner = Path(os.path.expanduser(folder)) / "256_ObjectCategories"
    folder = inner if inner.is_dir() else folder
    pictures, ids, left_out = load_picture_folder(folder, size=size, limit=limit)
    categories = [re.match(r"(\d{3})\.[^/]+/[^/]+$", name) for name in ids]
    if not all(categories):
        wrong = ids[categories.index(None)]
        raise ValueError(f"{folder}: expected pictures named NNN.category/NNN_MMMM.jpg, found {wrong}")
    return np.stack(pictures), np.array([int(match[1]) for match in categories]), ids, left_out


def load_frame_folder(folder):
    """Load the 16-bit TIFF and PNG frames of a folder.

    Parameters
    ----------
    folder : str or Path
        What in it is no frame of one page is left out; a warning counts and names it. See :func:`find_files`.

    Returns
    -------
    dict of ndarray, shape (H, W), dtype uint16
        Raw counts by file name, in the order of the names.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If it holds no frame.
    """
    return read_folder(folder, read_frame, expected="16-bit TIFF or PNG frames")[0]
