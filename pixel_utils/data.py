"""Load the bundled data, checked against its checksums, as plain arrays with labels and ids."""

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.ImageOps

MAX_PIXELS = 50_000_000
MENDING = "python data/prepare.py makes it again"


def array_checksum(array):
    """Return the SHA-256 of an array's type, shape and values, whatever file it was read from.

    Parameters
    ----------
    array : ndarray
        Any shape and dtype.

    Returns
    -------
    str
        64 hexadecimal digits; little-endian and big-endian copies of an array give the same.
    """
    array = np.ascontiguousarray(array)
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    digest = hashlib.sha256(f"{array.dtype.str}{array.shape}".encode())
    digest.update(array.tobytes())
    return digest.hexdigest()


def bundled_checksums(data_dir):
    """Return what ``checksums.json`` lists: for each file its licence and the SHA-256 of its arrays.

    Parameters
    ----------
    data_dir : str or Path
        The folder of the bundled data.

    Returns
    -------
    dict
        ``{file: {"licence": str, "arrays": {name: sha256}}}``.

    Raises
    ------
    FileNotFoundError
        If the folder has no ``checksums.json``.
    """
    path = Path(data_dir) / "checksums.json"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: expected the checksums of the bundled data, found no such file")
    return json.loads(path.read_text())


def load_bundled(name, data_dir):
    """Load one bundled ``.npz`` file and verify every array in it.

    Parameters
    ----------
    name : str
        File name, one of those in ``checksums.json``.
    data_dir : str or Path
        The folder of the bundled data.

    Returns
    -------
    dict of ndarray
        The arrays by name.

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    ValueError
        If it cannot be read, or an array is missing, unknown or has another checksum than the listed one.
    """
    expected = bundled_checksums(data_dir)[name]["arrays"]
    path = Path(data_dir) / name
    if not path.is_file():
        raise FileNotFoundError(f"{path}: expected bundled data, found no such file; {MENDING}")
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        raise ValueError(
            f"{path}: expected a NumPy archive, found a file that does not open ({error}); {MENDING}"
        ) from None
    if arrays.keys() != expected.keys():
        raise ValueError(f"{path}: expected arrays {sorted(expected)}, found {sorted(arrays)}; {MENDING}")
    for key, array in arrays.items():
        found = array_checksum(array)
        if found != expected[key]:
            raise ValueError(f"{path}: array {key} has SHA-256 {found}, expected {expected[key]}; {MENDING}")
    return arrays


def load_digits(part, data_dir):
    """Load handwritten digits, a seeded subset of MNIST [1]_.

    Parameters
    ----------
    part : {"train", "test"}
        20,000 images of MNIST's training set, or 4,000 of its test set.
    data_dir : str or Path
        The folder of the bundled data.

    Returns
    -------
    images : ndarray, shape (N, 28, 28), dtype uint8
        0 is paper, 255 is ink.
    labels : ndarray, shape (N,), dtype uint8
        The digit, 0 to 9.
    rows : ndarray, shape (N,), dtype int32
        Row of each image in MNIST's own file: its id.

    References
    ----------
    .. [1] Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
       recognition", Proceedings of the IEEE 86 (1998).
    """
    return _load_part("digits.npz", part, data_dir)


def load_items(part, data_dir):
    """Load pictures of clothes, a seeded subset of Fashion-MNIST [1]_.

    Parameters
    ----------
    part : {"train", "test"}
        20,000 images of the training set, or 4,000 of the test set.
    data_dir : str or Path
        The folder of the bundled data.

    Returns
    -------
    images : ndarray, shape (N, 28, 28), dtype uint8
        0 is the empty ground, 255 the brightest cloth.
    labels : ndarray, shape (N,), dtype uint8
        Class of the item, an index into :data:`ITEM_NAMES`.
    rows : ndarray, shape (N,), dtype int32
        Row of each image in the original file: its id.

    References
    ----------
    .. [1] H. Xiao, K. Rasul and R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
       learning algorithms", arXiv:1708.07747 (2017).
    """
    return _load_part("items.npz", part, data_dir)


ITEM_NAMES = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)


def load_digit_picture(path):
    """Load a photo or scan of one handwritten digit and bring it into the form of MNIST's.

    The ground's grey is taken from the picture's border, so ink may be dark or bright. The ink is cut out,
    scaled to fit 20x20 pixels and centred, as MNIST's makers did.

    Parameters
    ----------
    path : str or Path
        An image file that Pillow opens, of at most 50 million pixels.

    Returns
    -------
    ndarray, shape (28, 28), dtype uint8
        0 is ground, 255 is ink.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no image, too large, or has no ink on its ground.
    """
    grey = np.asarray(_open_grey(path), np.float32)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey - np.median(border))
    if ink.max() < 32:
        raise ValueError(f"{path}: expected a digit on an even ground, found none that stands out by 32 grey levels")
    rows, columns = (np.flatnonzero((ink > ink.max() / 3).any(axis=axis)) for axis in (1, 0))
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / ink.max() * 255
    scale = 20 / max(cut.shape)
    size = tuple(max(1, round(length * scale)) for length in cut.shape[::-1])
    small = PIL.Image.fromarray(cut.astype(np.uint8)).resize(size, PIL.Image.Resampling.LANCZOS)
    canvas = PIL.Image.new("L", (28, 28))
    canvas.paste(small, ((28 - size[0]) // 2, (28 - size[1]) // 2))
    return np.asarray(canvas)


def _open_grey(path):
    """Open an image upright as 8-bit grey; refuse what is missing, foreign, truncated or too large."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: expected a picture, found no such file")
    try:
        with PIL.Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError(
                    f"{path}: expected a picture of at most {MAX_PIXELS:,} pixels, found {image.width} x {image.height}"
                )
            return PIL.ImageOps.exif_transpose(image).convert("L")
    except (OSError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        raise ValueError(f"{path}: expected a picture, found a file that does not open as one ({error})") from None


def _load_part(name, part, data_dir):
    if part not in ("train", "test"):
        raise ValueError(f"part: expected 'train' or 'test', found {part!r}")
    arrays = load_bundled(name, data_dir)
    return arrays[f"{part}_images"], arrays[f"{part}_labels"], arrays[f"{part}_rows"]
