"""Load the bundled pictures as plain arrays with labels and ids, checked against their listed checksums.

``data_dir`` is the folder of the bundled data. A file that is missing, cannot be read or is not the listed one is
refused, with its name and how to make it again.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import PIL.Image

from pixel_utils.checks import require
from pixel_utils.files import existing, read_archive
from pixel_utils.foreign import read_frame

BUNDLED = "bundled data, which python data/prepare.py makes"
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
    """Load handwritten digits, a seeded subset of MNIST [1]_: of its training set 20,000, of its test set 4,000.

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
    require(part in ("train", "test"), "part", "'train' or 'test'", repr(part))
    path, listed = Path(data_dir) / name, bundled_checksums(data_dir)[name]["arrays"]
    arrays = read_archive(path, BUNDLED)
    found = {key: array_checksum(array) for key, array in arrays.items()}
    others = sorted(key for key in found | listed if found.get(key) != listed.get(key))
    require(not others, path, BUNDLED, f"other arrays than the listed ones: {others}")
    return tuple(arrays[f"{part}_{kind}"] for kind in ("images", "labels", "rows"))


def photo_table(data_dir):
    """Return author, series, licence and split of every bundled photo, indexed by file (``photos/sea1.jpg``).

    The columns are ``author``, ``series``, ``split`` (``train``, ``validation``, ``test``, or ``other`` for the second
    test set of other content), ``licence`` and ``package``.
    """
    return pd.read_csv(Path(data_dir) / "splits/photos.csv", index_col="file")


def load_photos(split, data_dir):
    """Load the bundled photos of one split: ``"train"``, ``"validation"``, ``"test"`` or ``"other"``.

    The first three are landscapes and places, split by series; ``"other"`` holds pictures of other content.

    Returns
    -------
    photos : list of ndarray, shape (H, W, 3), dtype uint8
        Red, green and blue from 0 to 255, as they are stored; 360 x 720 pixels each, except in ``"other"``.
    ids : list of str
        The files' names in ``data_dir``, sorted.
    """
    ids = sorted(_of_split(split, photo_table(data_dir)).index)
    return [np.asarray(PIL.Image.open(_verified(name, data_dir)).convert("RGB")) for name in ids], ids


def load_frames(data_dir):
    """Load the bundled infrared frames: a dict of ndarray, shape (H, W), dtype uint16, by frame id.

    Raw counts of each sensor: ``isaac`` (2.25 μm), ``goes8`` (6.7 μm), ``flir_a0`` to ``flir_a6`` and ``flir_b0`` (long
    wave). Counts of different sensors are not comparable.
    """
    names = bundled_checksums(data_dir)["infrared"]["files"]
    return {Path(name).stem: read_frame(_verified(f"infrared/{name}", data_dir)) for name in names}


def load_regions(split, data_dir):
    """Load what a split may use of the infrared frames: ``"train"``, ``"validation"``, ``"test"`` or ``"unseen"``.

    The first three are parts of the same frames, more than 31 pixels apart; ``"unseen"`` are the whole frames of a
    sensor that is in no other split. The regions come as a list of uint16 arrays of raw counts, and their frames' ids
    as another.
    """
    table = _of_split(split, pd.read_csv(Path(data_dir) / "splits/regions.csv"))
    frames = load_frames(data_dir)
    parts = table.itertuples()
    regions = [frames[a.frame][a.row_start : a.row_stop, a.column_start : a.column_stop] for a in parts]
    return regions, list(table["frame"])


def _of_split(split, table):
    splits = sorted(set(table["split"]))
    require(split in splits, "split", f"one of {splits}", repr(split))
    return table[table["split"] == split]


def _verified(name, data_dir):
    """Return the path of a bundled picture after checking its SHA-256."""
    folder, file = name.split("/")
    path = existing(Path(data_dir) / name, BUNDLED)
    same = hashlib.sha256(path.read_bytes()).hexdigest() == bundled_checksums(data_dir)[folder]["files"][file]
    require(same, path, BUNDLED, "another file than the listed one (by its SHA-256)")
    return path
