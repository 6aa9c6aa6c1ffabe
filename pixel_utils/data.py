"""Load pictures as plain arrays with labels and ids: the bundled ones, checked, and others by path.

Three groups: the bundled data; single files; and folders in the layouts that the five original projects
used, for readers who have that data.
"""

import hashlib
import json
import re
import struct
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import PIL.Image
import PIL.ImageOps

from pixel_utils.files import place
from pixel_utils.submission import read_mask_list

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

    Raises
    ------
    ValueError
        If it holds Python objects, of which only the addresses could be hashed.
    """
    array = np.ascontiguousarray(array)
    if array.dtype.hasobject:
        raise ValueError(f"array: expected numbers or text of a fixed length, found dtype {array.dtype}")
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    digest = hashlib.sha256(f"{array.dtype.str}{array.shape}".encode())
    digest.update(array.tobytes())
    return digest.hexdigest()


def bundled_checksums(data_dir):
    """Return what ``checksums.json`` lists: licence and SHA-256 of every array file and picture folder.

    Parameters
    ----------
    data_dir : str or Path
        The folder of the bundled data.

    Returns
    -------
    dict
        ``{"digits.npz": {"licence": str, "arrays": {name: sha256}}, "photos": {"licence": str, "files": {...}}}``.

    Raises
    ------
    FileNotFoundError
        If the folder has no ``checksums.json``.
    """
    path = Path(data_dir) / "checksums.json"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: expected the checksums of the bundled data, found no such file")
    return json.loads(path.read_text(encoding="utf-8"))


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


def _load_part(name, part, data_dir):
    if part not in ("train", "test"):
        raise ValueError(f"part: expected 'train' or 'test', found {part!r}")
    arrays = load_bundled(name, data_dir)
    return arrays[f"{part}_images"], arrays[f"{part}_labels"], arrays[f"{part}_rows"]


def photo_table(data_dir):
    """Return author, series, licence and split of every bundled photo.

    Parameters
    ----------
    data_dir : str or Path
        The folder of the bundled data.

    Returns
    -------
    DataFrame
        Indexed by file (``photos/sea1.jpg``); columns ``author``, ``series``, ``split`` (``train``, ``validation``,
        ``test``, or ``other`` for the second test set of other content), ``licence`` and ``package``.
    """
    return pd.read_csv(Path(data_dir) / "splits/photos.csv", index_col="file")


def load_photos(split, data_dir):
    """Load the bundled photos of one split.

    Parameters
    ----------
    split : {"train", "validation", "test", "other"}
        The first three are landscapes and places, split by series; ``"other"`` holds pictures of other content.
    data_dir : str or Path
        The folder of the bundled data.

    Returns
    -------
    photos : list of ndarray, shape (H, W, 3), dtype uint8
        Red, green and blue from 0 to 255; 360 x 720 pixels each, except in ``"other"``.
    ids : list of str
        The files' names in ``data_dir``, sorted.

    Raises
    ------
    ValueError
        If the split is unknown, or a file has another checksum than the listed one.
    FileNotFoundError
        If a file is missing.
    """
    table = photo_table(data_dir)
    if split not in set(table["split"]):
        raise ValueError(f"split: expected one of {sorted(set(table['split']))}, found {split!r}")
    ids = sorted(table.index[table["split"] == split])
    return [read_picture(_verified(name, data_dir)) for name in ids], ids


def load_frames(data_dir):
    """Load the bundled infrared frames.

    Parameters
    ----------
    data_dir : str or Path
        The folder of the bundled data.

    Returns
    -------
    dict of ndarray, shape (H, W), dtype uint16
        Raw counts of each sensor, by frame id: ``isaac`` (2.25 μm), ``goes8`` (6.7 μm), ``flir_a0`` to ``flir_a6`` and
        ``flir_b0`` (long wave). Counts of different sensors are not comparable.

    Raises
    ------
    ValueError, FileNotFoundError
        As :func:`load_photos`.
    """
    names = bundled_checksums(data_dir)["infrared"]["files"]
    return {Path(name).stem: read_frame(_verified(f"infrared/{name}", data_dir)) for name in names}


def load_regions(split, data_dir):
    """Load the parts of the infrared frames that one split may use.

    Parameters
    ----------
    split : {"train", "validation", "test", "unseen"}
        The first three are parts of the same frames, more than 31 pixels apart; ``"unseen"`` are the whole frames
        of a sensor that is in no other split.
    data_dir : str or Path
        The folder of the bundled data.

    Returns
    -------
    regions : list of ndarray, shape (H, W), dtype uint16
        Raw counts.
    ids : list of str
        The frame that each region is from.

    Raises
    ------
    ValueError
        If the split is unknown.
    """
    table = pd.read_csv(Path(data_dir) / "splits/regions.csv")
    if split not in set(table["split"]):
        raise ValueError(f"split: expected one of {sorted(set(table['split']))}, found {split!r}")
    table, frames = table[table["split"] == split], load_frames(data_dir)
    regions = [
        frames[row.frame][row.row_start : row.row_stop, row.column_start : row.column_stop]
        for row in table.itertuples()
    ]
    return regions, list(table["frame"])


def _verified(name, data_dir):
    """Return the path of a bundled picture after checking its SHA-256."""
    folder, file = name.split("/")
    path = Path(data_dir) / name
    if not path.is_file():
        raise FileNotFoundError(f"{path}: expected bundled data, found no such file; {MENDING}")
    expected, found = bundled_checksums(data_dir)[folder]["files"][file], hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise ValueError(f"{path}: has SHA-256 {found}, expected {expected}; {MENDING}")
    return path


def read_picture(path):
    """Read one 8-bit picture as a person would see it.

    It is turned upright by its EXIF note. Grey, palette and CMYK pictures become RGB; what is transparent is
    laid over black.

    Parameters
    ----------
    path : str or Path
        A file in a format that Pillow opens, of at most 50 million pixels.

    Returns
    -------
    ndarray, shape (H, W, 3), dtype uint8
        Red, green and blue from 0 to 255.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no picture, cut short, too large, animated, or one channel of more than 8 bits. (Of 16-bit colour
        Pillow reads the upper 8.)
    """
    return np.asarray(_open_colours(path, "black"))


def read_frame(path):
    """Read one 16-bit frame of raw counts from a TIFF or PNG file.

    Parameters
    ----------
    path : str or Path
        A file with one channel of 16 bits, either byte order.

    Returns
    -------
    ndarray, shape (H, W), dtype uint16
        Counts, as the file holds them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no picture, cut short, too large, or not one channel of 16 bits.
    """
    image = _open_picture(path)
    # Pillow names some 16-bit files "I", 32 bits wide.
    counts = np.asarray(image)
    if not image.mode.startswith("I") or counts.min() < 0 or counts.max() > 65535:
        raise ValueError(f"{path}: expected one channel of 16 bits, found mode {image.mode}")
    return counts.astype(np.uint16)


def _open_colours(path, ground):
    """Open a picture as RGB, what is transparent laid over a ground; refuse raw counts."""
    image = _open_picture(path)
    if image.mode[0] in "IF":
        raise ValueError(f"{path}: expected 8 bits a channel, found mode {image.mode}; read_frame reads such counts")
    if image.has_transparency_data:
        image = PIL.Image.alpha_composite(PIL.Image.new("RGBA", image.size, ground), image.convert("RGBA"))
    return image.convert("RGB")


def _open_picture(path):
    """Open and decode an image file upright; refuse what is missing, foreign, cut short, too large or animated."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: expected a picture, found no such file")
    try:
        with PIL.Image.open(path) as image:
            width, height, frames = image.width, image.height, getattr(image, "n_frames", 1)
            if image.format == "MPO":
                # A photograph by a phone or camera; what follows in the file is a preview of it.
                frames = 1
            if width * height <= MAX_PIXELS and frames == 1:
                return PIL.ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, PIL.Image.DecompressionBombError) as error:
        raise ValueError(f"{path}: expected a picture, found a file that does not open as one ({error})") from None
    if frames > 1:
        raise ValueError(f"{path}: expected one picture, found {frames} frames or pages")
    raise ValueError(f"{path}: expected a picture of at most {MAX_PIXELS:,} pixels, found {width} x {height}")


def load_digit_picture(path):
    """Load a photo or scan of one handwritten digit and bring it into the form of MNIST's.

    The ground's grey is taken from the picture's border, so ink may be dark or bright. The ink is cut out,
    scaled to fit 20x20 pixels, and its box is centred (MNIST's makers centred the centre of mass). What is
    transparent is ground.

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
        If :func:`read_picture` refuses it, or it has no ink on its ground.
    """
    # On grey both dark and bright ink stand out.
    grey = np.asarray(_open_colours(path, "gray").convert("L"), np.float32)
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


def load_picture_folder(folder, *, size=None, limit=None):
    """Load the pictures of a folder and of the folders in it.

    Parameters
    ----------
    folder : str or Path
        Any mixture of formats and sizes; hidden files are passed over.
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
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: expected a folder of pictures, found no such folder")
    pictures, ids, left_out = [], [], {}
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    for name in sorted(name for name in files if not any(part.startswith(".") for part in name.split("/"))):
        if len(pictures) == limit:
            break
        try:
            pictures.append(central_square(read_picture(files[name]), size))
            ids.append(name)
        except ValueError as error:
            left_out[name] = str(error).removeprefix(f"{files[name]}: ")
    if left_out:
        reasons = "; ".join(f"{name} ({reason})" for name, reason in left_out.items())
        warnings.warn(
            f"{folder}: left out {len(left_out)} of {len(left_out) + len(ids)} files: {reasons}", stacklevel=2
        )
    if not pictures:
        raise ValueError(f"{folder}: expected pictures, found none among {len(left_out)} files")
    return pictures, ids, left_out


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
    height, width = picture.shape[:2]
    if size is None:
        return picture
    if min(height, width) < size:
        raise ValueError(f"expected at least {size} x {size} pixels, found {width} x {height}")
    top, left = (height - size) // 2, (width - size) // 2
    # A view would keep the whole picture in memory.
    return picture[top : top + size, left : left + size].copy()


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
        As in :func:`load_picture_folder`.

    Raises
    ------
    ValueError
        If a picture does not lie in a folder that is named as a category.

    References
    ----------
    .. [1] G. Griffin, A. Holub and P. Perona, "Caltech-256 object category dataset", Caltech (2007).
    """
    inner = Path(folder) / "256_ObjectCategories"
    folder = inner if inner.is_dir() else Path(folder)
    pictures, ids, left_out = load_picture_folder(folder, size=size, limit=limit)
    categories = [re.match(r"(\d{3})\.[^/]+/[^/]+$", name) for name in ids]
    if not all(categories):
        wrong = ids[categories.index(None)]
        raise ValueError(f"{folder}: expected pictures named NNN.category/NNN_MMMM.jpg, found {wrong}")
    return np.stack(pictures), np.array([int(match[1]) for match in categories]), ids, left_out


def load_reconstruction_pairs(folder, *, limit=None):
    """Load training pairs of the photo-reconstruction tree, matched by class and name.

    Parameters
    ----------
    folder : str or Path
        Holds ``Training_Data/{Class}/Masked_Train`` and ``Training_Data/{Class}/Unmasked_Train``.
    limit : int, optional
        Stop after this many pairs of each class.

    Returns
    -------
    masked, whole : ndarray, shape (N, H, W, 3), dtype uint8
        The damaged and the true pictures, 256 x 256 pixels in the original.
    ids : list of str
        ``Class/name`` without the ending, which may differ within a pair.

    Raises
    ------
    FileNotFoundError
        If the folders are not there.
    ValueError
        If there is no pair, a picture has no partner or two, cannot be read, or pictures differ in size.
    """
    classes = sorted(Path(folder).glob("Training_Data/*/Masked_Train"))
    if not classes:
        raise FileNotFoundError(f"{folder}: expected Training_Data/{{Class}}/Masked_Train, found no such folder")
    pairs, ids = [], []
    for masked_folder in classes:
        masked, whole = _by_stem(masked_folder), _by_stem(masked_folder.with_name("Unmasked_Train"))
        if masked.keys() != whole.keys():
            raise ValueError(
                f"{masked_folder.parent}: expected a masked and an unmasked picture of each name, "
                f"found no partner for {sorted(masked.keys() ^ whole.keys())}"
            )
        for stem in sorted(masked)[:limit]:
            pairs.append((read_picture(masked[stem]), read_picture(whole[stem])))
            ids.append(f"{masked_folder.parent.name}/{stem}")
    if not pairs:
        raise ValueError(f"{folder}: expected pairs of pictures, found none in {len(classes)} classes")
    masked, whole = zip(*pairs, strict=True)
    _require_one_shape(masked + whole, ids + ids, folder, shape=masked[0].shape)
    return np.stack(masked), np.stack(whole), ids


def load_reconstruction_test(folder):
    """Load the test part of the photo-reconstruction tree with its table of missing boxes.

    Parameters
    ----------
    folder : str or Path
        Holds ``Testing_Data`` with ``masked_info.csv`` and the pictures, together or one folder deeper.

    Returns
    -------
    masked : ndarray, shape (N, 256, 256, 3), dtype uint8
        In the order of the table.
    boxes : ndarray, shape (N, 2, 2), dtype int64
        Row and column of the top left corner of the two missing boxes of 75 x 75 pixels, as
        :func:`pixel_utils.submission.read_mask_list` understands the table.
    ids : list of str
        The table's file names.

    Raises
    ------
    FileNotFoundError
        If table or pictures are missing.
    ValueError
        If the table is not as described there, a picture has another size, or two files have its name.
    """
    inner = Path(folder) / "Testing_Data"
    # The training part has files of the same names.
    folder = inner if inner.is_dir() else Path(folder)
    tables = sorted(folder.rglob("masked_info.csv"))
    if not tables:
        raise FileNotFoundError(f"{folder}: expected masked_info.csv, found no such file")
    ids, boxes = read_mask_list(tables[0])
    named = set(ids)
    files = _by(lambda path: path.name, [path for path in folder.rglob("*") if path.name in named], folder)
    missing = sorted(set(ids) - files.keys())
    if missing:
        raise FileNotFoundError(f"{tables[0]}: names {len(missing)} pictures that are not there: {missing}")
    masked = [read_picture(files[name]) for name in ids]
    _require_one_shape(masked, ids, folder, shape=(256, 256, 3))
    return np.stack(masked), boxes, ids


def _by_stem(folder):
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: expected a folder of pictures, found no such folder")
    return _by(lambda path: path.stem, [path for path in folder.iterdir() if not path.name.startswith(".")], folder)


def _by(name, paths, folder):
    """Index files by a name; refuse two of one name."""
    files = {}
    for path in sorted(path for path in paths if path.is_file()):
        if name(path) in files:
            raise ValueError(f"{folder}: expected one picture {name(path)}, found {files[name(path)]} and {path}")
        files[name(path)] = path
    return files


def _require_one_shape(pictures, names, folder, *, shape):
    for picture, name in zip(pictures, names, strict=True):
        if picture.shape != shape:
            raise ValueError(f"{folder}: expected pictures of shape {shape}, found {picture.shape} in {name}")


def load_frame_folder(folder):
    """Load the 16-bit TIFF and PNG frames of a folder.

    Parameters
    ----------
    folder : str or Path
        Every file in it that is not hidden is read with :func:`read_frame`.

    Returns
    -------
    dict of ndarray, shape (H, W), dtype uint16
        Raw counts by file name, in the order of the names.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If it holds no frame, or a file is none.
    """
    if not Path(folder).is_dir():
        raise FileNotFoundError(f"{folder}: expected a folder of frames, found no such folder")
    files = sorted(path for path in Path(folder).iterdir() if path.is_file() and not path.name.startswith("."))
    if not files:
        raise ValueError(f"{folder}: expected 16-bit TIFF or PNG frames, found no file")
    return {path.name: read_frame(path) for path in files}


def save_windows(path, windows, centres):
    """Save windows whose centre is hidden, and the hidden centres, as prepared PixelNet arrays.

    Parameters
    ----------
    path : str or Path
        Where the ``.npz`` file goes.
    windows : ndarray, shape (N, size, size)
        Counts; ``size`` is odd.
    centres : ndarray, shape (N,)
        The count that belongs into the middle of each window.

    Raises
    ------
    ValueError
        If the shapes do not fit each other.
    OSError
        If the file cannot be written; then none is left half-written.
    """
    _check_windows(path, windows, centres)

    def write(part):
        with open(part, "wb") as file:
            np.savez_compressed(file, windows=windows, centres=centres)

    place(path, write)


def load_windows(path):
    """Load prepared PixelNet arrays, as :func:`save_windows` writes them.

    Parameters
    ----------
    path : str or Path
        An ``.npz`` file with the arrays ``windows`` and ``centres``; pickled objects are refused.

    Returns
    -------
    windows : ndarray, shape (N, size, size)
    centres : ndarray, shape (N,)

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such archive, holds pickled objects, or the shapes do not fit each other.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: expected prepared windows, found no such file")
    try:
        with np.load(path, allow_pickle=False) as archive:
            windows, centres = archive["windows"], archive["centres"]
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as error:
        raise ValueError(f"{path}: expected a NumPy archive of windows and centres ({error})") from None
    _check_windows(path, windows, centres)
    return windows, centres


def _check_windows(path, windows, centres):
    square = windows.ndim == 3 and windows.shape[1] == windows.shape[2] and windows.shape[1] % 2 == 1
    if not square or centres.shape != windows.shape[:1]:
        raise ValueError(
            f"{path}: expected windows of shape (N, size, size) with an odd size and centres of shape (N,), "
            f"found {windows.shape} and {centres.shape}"
        )


def load_keras_images(name, part):
    """Load all of MNIST or Fashion-MNIST through Keras, which downloads it once; for profile ``full``.

    Parameters
    ----------
    name : {"mnist", "fashion_mnist"}
    part : {"train", "test"}
        60,000 or 10,000 images.

    Returns
    -------
    images, labels, rows : ndarray
        As :func:`load_digits` and :func:`load_items` return them.
    """
    import keras

    if name not in ("mnist", "fashion_mnist") or part not in ("train", "test"):
        raise ValueError(f"name, part: expected mnist or fashion_mnist, train or test, found {name!r}, {part!r}")
    images, labels = getattr(keras.datasets, name).load_data()[part == "test"]
    return images, labels, np.arange(len(images), dtype=np.int32)
