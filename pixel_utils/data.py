"""Load the bundled pictures as plain arrays with labels and ids, checked against their listed checksums.

``data_dir`` is the folder of the bundled data. A file that is missing, cannot be read or is not the listed one is
refused, with its name and how to make it again. The part ``"sealed"`` is refused, too, unless ``make edition`` runs.
"""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import PIL.Image

from pixel_utils.checks import require
from pixel_utils.files import existing, read_archive
from pixel_utils.foreign import read_frame

BUNDLED = "bundled data, which python data/prepare.py makes"
# What make edition sets, and nothing else: the sealed part is read once an edition, after every choice.
EDITION = "PREDICTING_PIXELS_EDITION"
ITEM_NAMES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


def array_checksum(array):
    """Return the SHA-256 of an array's type, shape and values, whatever file and byte order it was read from.

    Python objects, of which only the addresses could be hashed, are refused.
    """
    array = np.ascontiguousarray(array)
    require(not array.dtype.hasobject, "array", "numbers or text of a fixed length", f"dtype {array.dtype}")
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return hashlib.sha256(f"{array.dtype.str}{array.shape}".encode() + array.tobytes()).hexdigest()


def bundled_checksums(data_dir):
    """Return what ``checksums.json`` lists: licence and SHA-256 of every array file and picture folder.

    ``{"digits.npz": {"licence": str, "arrays": {name: sha256}}, "photos": {"licence": str, "files": {...}}}``.
    """
    path = existing(Path(data_dir) / "checksums.json", "the checksums of the bundled data")
    return json.loads(path.read_text(encoding="utf-8"))


def load_digits(part, data_dir):
    """Load handwritten digits, a seeded subset of MNIST [1]_.

    ``part`` is ``"train"``, 20,000 of MNIST's training set, ``"test"`` or ``"sealed"``, 4,000 each of its test set.

    Returns
    -------
    images : ndarray, shape (N, 28, 28), dtype uint8
        0 is paper, 255 is ink.
    labels, rows : ndarray, shape (N,), dtype uint8 and int32
        The digit, 0 to 9; the row of each image in MNIST's own file: its id.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
       recognition", Proceedings of the IEEE 86 (1998).
    """
    return _load_part("digits.npz", part, data_dir)


def load_items(part, data_dir):
    """Load pictures of clothes, a seeded subset of Fashion-MNIST [1]_, as :func:`load_digits` loads digits.

    0 is the empty ground, 255 the brightest cloth. Labels are indices into :data:`ITEM_NAMES`.

    References
    ----------
    .. [1] H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
       learning algorithms", arXiv:1708.07747 (2017).
    """
    return _load_part("items.npz", part, data_dir)


def _load_part(name, part, data_dir):
    """Load one part of a bundled ``.npz`` file, all of whose arrays are verified."""
    _check_part("part", part, ("train", "test", "sealed"))
    path, listed = Path(data_dir) / name, bundled_checksums(data_dir)[name]["arrays"]
    arrays = read_archive(path, BUNDLED)
    found = {key: array_checksum(array) for key, array in arrays.items()}
    others = sorted(key for key in found | listed if found.get(key) != listed.get(key))
    require(not others, path, BUNDLED, f"other arrays than the listed ones: {others}")
    return tuple(arrays[f"{part}_{kind}"] for kind in ("images", "labels", "rows"))


def photo_table(data_dir):
    """Return what is known of every bundled photo, indexed by its file (``photos/sea1.jpg``).

    The columns are ``split`` (``train``, ``validation``, ``test`` or ``sealed``), ``content`` (``landscape``, ``town``,
    ``animal``, ``plant``, ``object``, ``person`` or ``texture``), ``series``, ``author``, ``licence``, ``package`` and
    ``path``, the file's place in the package.
    """
    return pd.read_csv(Path(data_dir) / "splits/photos.csv", index_col="file")


def load_photos(split, data_dir, *, content=None, whole=False):
    """Load the bundled photos of one split: ``"train"``, ``"validation"``, ``"test"`` or ``"sealed"``.

    Parameters
    ----------
    split, data_dir : str
    content : str, optional
        What they show, as :func:`photo_table` names it, or ``"other"``: all but landscapes. By default everything.
    whole : bool
        All rows of each photo, 360 or more, instead of the 360 in the middle. All are 720 pixels wide.

    Returns
    -------
    photos : list of ndarray, shape (360, 720, 3) or, whole, (H, 720, 3), dtype uint8
        Red, green and blue from 0 to 255, as they are stored.
    ids : list of str
        The files' names in ``data_dir``, sorted.
    """
    table = photo_table(data_dir)
    contents = {"other", *table["content"]}
    require(content is None or content in contents, "content", f"one of {sorted(contents)}", repr(content))
    table = _of_split(split, table)
    if content is not None:
        table = table[table["content"].ne("landscape") if content == "other" else table["content"].eq(content)]
    ids = sorted(table.index)
    photos = [np.asarray(PIL.Image.open(_verified(name, data_dir)).convert("RGB")) for name in ids]
    tops = [0 if whole else (len(photo) - 360) // 2 for photo in photos]
    return [photo[top : len(photo) if whole else top + 360] for photo, top in zip(photos, tops, strict=True)], ids


def load_frames(data_dir):
    """Load the bundled infrared frames: a dict of ndarray, shape (H, W), dtype uint16, by frame id.

    Raw counts of each sensor: ``isaac`` (2.25 μm), ``goes8`` (6.7 μm), ``flir_a0`` to ``flir_a6`` and ``flir_b0`` (long
    wave). Counts of different sensors are not comparable. The sealed part of a frame shows its median count.
    """
    names = bundled_checksums(data_dir)["infrared"]["files"]
    frames = {Path(name).stem: read_frame(_verified(f"infrared/{name}", data_dir)).copy() for name in names}
    regions = _region_table(data_dir)
    for name, part in _places(regions[regions["split"] == "sealed"]) if EDITION not in os.environ else ():
        frames[name][part] = np.median(frames[name])
    return frames


def load_regions(split, data_dir):
    """Load what a split may use of the infrared frames.

    ``"train"``, ``"validation"``, ``"test"`` and ``"sealed"`` are parts of the same frames, more than 31 pixels apart;
    ``"unseen"`` are the whole frames of a sensor that is in no other split. The regions come as a list of uint16 arrays
    of raw counts, and their frames' ids as another.
    """
    places = _places(_of_split(split, _region_table(data_dir)))
    frames = load_frames(data_dir)
    return [frames[name][part] for name, part in places], [name for name, _ in places]


def _region_table(data_dir):
    return pd.read_csv(Path(data_dir) / "splits/regions.csv")


def _places(regions):
    """Return the frame of each region, and its rows and columns as an index."""
    return [(a.frame, np.s_[a.row_start : a.row_stop, a.column_start : a.column_stop]) for a in regions.itertuples()]


def _of_split(split, table):
    _check_part("split", split, sorted(set(table["split"])))
    return table[table["split"] == split]


def _check_part(name, part, parts):
    """Refuse a part that is not there, and the sealed one but for ``make edition``."""
    require(part in parts, name, f"one of {[*parts]}", repr(part))
    allowed = part != "sealed" or EDITION in os.environ
    require(allowed, name, "another part: the sealed one is read by make edition alone", repr(part))


def _verified(name, data_dir):
    """Return the path of a bundled picture after checking its SHA-256."""
    folder, file = name.split("/")
    path = existing(Path(data_dir) / name, BUNDLED)
    same = hashlib.sha256(path.read_bytes()).hexdigest() == bundled_checksums(data_dir)[folder]["files"][file]
    require(same, path, BUNDLED, "another file than the listed one (by its SHA-256)")
    return path
