"""The regeneration contest's files: its tree of pictures, the list of missing boxes, the CSV of predicted values.

Whatever does not fit is refused with a ValueError that names file and line or picture; what is not there, with a
FileNotFoundError. A file is written whole or not at all.
"""

import csv
import os
import re
import unicodedata
import warnings
from itertools import islice, zip_longest
from pathlib import Path

import numpy as np
import pandas as pd

from pixel_utils.checks import check_array, require
from pixel_utils.degrade import cut_boxes
from pixel_utils.files import existing, write_whole
from pixel_utils.folders import find_files, read_folder
from pixel_utils.foreign import read_picture

CORNERS = ["y1", "x1", "y2", "x2"]
KEY, VALUE, TABLE = "filename_box_pixel", "value", "masked_info.csv"


def load_pairs(folder):
    """Load training pairs of the contest's tree, matched by class and name.

    ``folder`` holds ``Training_Data/{Class}/Masked_Train`` and ``Training_Data/{Class}/Unmasked_Train``. What is no
    picture is left out, with its partner; a warning counts and names it. Other pictures have one partner each.

    Returns
    -------
    masked, whole : ndarray, shape (N, H, W, 3), dtype uint8
        The damaged and the true pictures, of one size; 256 x 256 pixels in the original.
    ids : list of str
        ``Class/name`` without the ending, which may differ within a pair.
    """
    folder = Path(folder) / "Training_Data"
    layout = r"(?P<class>[^/]+)/(?P<kind>Masked|Unmasked)_Train/(?P<stem>[^/]+?)(\.[^./]*)?"
    pictures, left_out = read_folder(folder, read_picture, pattern=layout)

    def belongs(name):
        match = re.fullmatch(layout, name)
        return match and (match["kind"], f"{match['class']}/{match['stem']}")

    found, unread = {}, set(map(belongs, left_out))
    for name in pictures:
        kind, stem = belongs(name)
        earlier = found.setdefault((kind, stem), name)
        require(earlier == name, folder, f"one picture {stem}", f"{earlier} and {name}")
    for (kind, stem), name in found.items():
        partner = ("Unmasked" if kind == "Masked" else "Masked", stem)
        # Whose partner cannot be read is left out with it.
        seen = partner in found or partner in unread
        require(seen, folder, f"a masked and an unmasked {stem}", f"no partner for {name}")
    ids = sorted(stem for kind, stem in found if kind == "Masked" and ("Unmasked", stem) in found)
    require(ids, folder, "pairs of pictures", f"none among {len(pictures)} pictures")
    pairs = [[pictures[found[kind, stem]] for stem in ids] for kind in ("Masked", "Unmasked")]
    masked, whole = (_stacked(half, ids, folder, pairs[0][0].shape) for half in pairs)
    return masked, whole, ids


def load_test(folder):
    """Load the test part of the contest's tree with its table of missing boxes.

    ``folder`` holds ``Testing_Data`` with ``masked_info.csv`` and the pictures, together or one folder deeper. Of
    several tables the one nearest to the top counts, with a warning.

    Returns
    -------
    masked : ndarray, shape (N, 256, 256, 3), dtype uint8
        In the order of the table.
    boxes : ndarray, shape (N, 2, 2), dtype int64
        Row and column of the top left corner of the two missing boxes of 75 x 75 pixels, see :func:`read_mask_list`.
    ids : list of str
        The table's file names; accents may be composed in the table and not in the files' names, or the other way.
    """
    inner = Path(os.path.expanduser(folder)) / "Testing_Data"
    # The training part has files of the same names.
    folder = inner if inner.is_dir() else folder
    files, left_out = find_files(folder)
    seen = "".join(f"; left out: {name} ({reason})" for name, reason in left_out.items())
    named = {}
    for name in sorted(files, key=lambda name: name.count("/")):
        named.setdefault(Path(name).name, []).append(name)
    require(TABLE in named, folder, TABLE, f"no such file{seen}", FileNotFoundError)
    table, *others = named[TABLE]
    if others:
        require(table.count("/") < others[0].count("/"), folder, f"one {TABLE}", f"{table} and {others[0]}")
        warnings.warn(f"{folder}: takes {table}, and ignores {others}", stacklevel=2)
    ids, boxes = read_mask_list(files[table])
    missing = [name for name in ids if _composed(name) not in named]
    lost = f"{len(missing)} that are not there: {missing}{seen}"
    require(not missing, files[table], "names of pictures in the folder", lost, FileNotFoundError)
    masked = []
    for name in ids:
        places = named[_composed(name)]
        require(len(places) == 1, folder, f"one picture {name}", " and ".join(places))
        masked.append(read_picture(files[places[0]]))
    return _stacked(masked, ids, folder, (256, 256, 3)), boxes, ids


def _stacked(pictures, names, folder, shape):
    for picture, name in zip(pictures, names, strict=True):
        require(picture.shape == shape, folder, f"pictures of shape {shape}", f"{picture.shape} in {name}")
    return np.stack(pictures)


def write_mask_list(path, ids, boxes):
    """Write the list of missing boxes, ``masked_info.csv`` in the contest.

    ``ids`` are the pictures' file names, none twice; ``boxes``, shape (N, 2, 2), integer, the row and column of the top
    left corner of each picture's two boxes, in pixels.
    """
    table = pd.DataFrame(_check_list(ids, boxes).reshape(-1, 4), columns=CORNERS)
    table.insert(0, "filename", list(ids))
    write_whole(path, table.to_csv)


def read_mask_list(path, *, shape=(256, 256), size=75):
    """Read the list of missing boxes: ids, in the order of the file, and boxes as int64 of shape (N, 2, 2).

    The file has the columns ``filename, y1, x1, y2, x2``; others, such as the contest's row numbers, are ignored.
    They do not say what they mean. Two boxes are missing in each picture, and in the contest's list ``y2`` is as often
    above ``y1`` as below: these are no opposite corners of one box. So ``y1, x1`` is read as row and column of the top
    left corner of box 1, and ``y2, x2`` as that of box 2; what does not fit this reading is refused. ``shape`` is the
    height and width of a picture, ``size`` the side of a box, in pixels.
    """
    rows = list(_rows(path, ["filename", *CORNERS]))
    require(rows, path, "at least one picture", "none")
    lines, (ids, *corners) = [line for line, _ in rows], zip(*(fields for _, fields in rows), strict=True)
    numbers = np.array([pd.to_numeric(pd.Series(column), errors="coerce") for column in corners], float).T
    room = np.tile(np.subtract(shape, size), 2)
    for row, column in np.argwhere(~((numbers >= 0) & (numbers <= room) & (numbers % 1 == 0))):
        corner = f"top left corner of a box of {size} x {size} pixels inside {shape[0]} x {shape[1]}"
        found = f"{CORNERS[column]} = {corners[column][row]} for {ids[row]}"
        _refuse(path, lines[row], f"the {corner}, a whole number from 0 to {room[column]}", found)
    for row in np.flatnonzero(pd.Index(map(_composed, ids)).duplicated()):
        _refuse(path, lines[row], "each file once", f"{ids[row]} again")
    return list(ids), numbers.astype(np.int64).reshape(-1, 2, 2)


def write(path, ids, boxes, images, *, size=75):
    """Write predictions as the contest takes them: one row for each channel of each pixel of each box.

    A row is ``{file}_box{1|2}_{row}_{column}_{channel},{value}`` with a value in [0, 1]. As in the original's code, row
    and column count from the picture's top left corner, not from the box's; rows come box by box and line by line, and
    a pixel that lies in both boxes comes twice. Channel 0 is **blue**, 2 is red: the contest's rules are gone,
    but the original's code names the channels in OpenCV's order, blue first, though its pictures hold red first.

    Values have six decimals, which give 8 bits back exactly: ``rint(255 * value)``. ``path``, ``ids`` and ``boxes`` are
    those of :func:`write_mask_list`. ``images`` are N whole pictures of shape (H, W, 3), red first, uint8 or decimal in
    [0, 1], of which only the boxes are looked at; they may come from a generator, and one at a time is held in memory.
    """
    boxes = _check_list(ids, boxes)

    def write_rows(part):
        with open(part, "w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow([KEY, VALUE])
            for name, corners, values in _in_boxes("images", images, ids, boxes, size):
                texts = [f"{value:.6f}" for value in values[..., ::-1].ravel().tolist()]
                rows.writerows(zip(_keys(name, corners, size), texts, strict=True))

    write_whole(path, write_rows)


def read(path, ids, boxes, *, size=75):
    """Read a submission a picture at a time, whoever wrote it; every key must stand where :func:`write` puts it.

    The parameters are those of :func:`write`. Of each picture its name comes, and what is predicted for the two boxes:
    float64 of shape (2, size, size, 3) in [0, 1], red first.
    """
    boxes, count = _check_list(ids, boxes), 2 * size * size * 3
    rows = _rows(path, [KEY, VALUE])
    for name, corners in zip(ids, boxes, strict=True):
        expected, found = _keys(name, corners, size), list(islice(rows, count))
        for (line, (key, _)), right in zip(found, expected, strict=False):
            if key != right and _composed(key) != _composed(right):
                _refuse(path, line, right, key)
        if len(found) < count:
            _refuse(path, None, f"{expected[len(found)]} and {count * len(ids)} rows in all", "the end")
        values = pd.to_numeric(pd.Series([value for _, (_, value) in found]), errors="coerce").to_numpy(float)
        for row in np.flatnonzero(~((values >= 0) & (values <= 1))):
            _refuse(path, found[row][0], "a value in [0, 1]", found[row][1][1])
        yield name, values.reshape(2, size, size, 3)[..., ::-1]
    for line, (key, _) in rows:
        _refuse(path, line, f"the end after {count * len(ids)} rows", key)


def score(path, ids, boxes, truth, *, size=75):
    """Score a submission against the true pictures, over all its rows.

    Every row counts once, so a pixel that lies in both boxes counts twice, and pictures count alike: all have equally
    many rows. ``truth`` holds the whole true pictures as ``images`` does in :func:`write`, whose are the other
    parameters. A dict of float comes back: ``MSE``, ``RMSE`` (the root of that one ``MSE``, no mean of roots) and
    ``MAE`` of values in [0, 1].
    """
    errors = []
    true = _in_boxes("truth", truth, ids, _check_list(ids, boxes), size)
    for (_, predicted), (*_, expected) in zip(read(path, ids, boxes, size=size), true, strict=True):
        difference = predicted - expected
        errors.append((np.square(difference).mean(), np.abs(difference).mean()))
    mse, mae = np.mean(errors, axis=0).tolist()
    return {"MSE": mse, "RMSE": mse**0.5, "MAE": mae}


def _keys(name, corners, size):
    return [
        f"{name}_box{box}_{row}_{column}_{channel}"
        for box, (top, left) in enumerate(corners.tolist(), 1)
        for row in range(top, top + size)
        for column in range(left, left + size)
        for channel in range(3)
    ]


def _in_boxes(what, images, ids, boxes, size):
    """Yield name, corners and the values in the boxes, in [0, 1], of one picture after the other."""
    for number, (name, corners, image) in enumerate(zip_longest(ids, boxes, images)):
        require(image is not None, what, f"{len(ids)} pictures", number)
        require(name is not None, what, f"{len(ids)} pictures", "more")
        image = check_array(f"{what} for {name}", image, "numbers", "(H, W, 3)")
        highest = 255 if image.dtype == np.uint8 else 1
        right = highest == 255 or image.dtype.kind == "f"
        require(right, f"{what} for {name}", "uint8 or decimal numbers", image.dtype)
        try:
            values = cut_boxes(image[None], corners[None], size=size)[0] / highest
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
        found = f"{values.min():g} to {values.max():g} in a box of {name}"
        require(((values >= 0) & (values <= 1)).all(), what, "values in [0, 1]", found)
        yield name, corners, values.astype(float)


def _check_list(ids, boxes):
    require(len(ids), "ids", "at least one picture", "none")
    boxes = check_array("boxes", boxes, "integers", f"({len(ids)}, 2, 2)").astype(np.int64)
    require(boxes.min() >= 0, "boxes", "numbers from 0", boxes.min())
    for name in ids:
        # A reader of the file takes such spaces for none.
        right = isinstance(name, str) and name and name == name.strip()
        require(right, "ids", "names of files without spaces around them", repr(name))
    again = pd.Index(ids)[pd.Index(ids).duplicated()]
    require(not len(again), "ids", "each file once", f"{', '.join(again)} again")
    return boxes


def _rows(path, columns):
    """Yield of each row of a CSV file its line, and its fields in some columns as text without spaces around it.

    Blank lines are ignored. A file in another form, or a row with other fields than the header's, is refused.
    """
    file = existing(path, f"a table of {columns}")
    with open(file, "rb") as opened:
        start = opened.read(2)
        opened.seek(-min(2, file.stat().st_size), 2)
        whole = b"\n" in opened.read()
    encoding = "utf-16" if start in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        with open(file, newline="", encoding=encoding) as opened:
            reader = csv.reader(opened, skipinitialspace=True, strict=True)
            rows = (row for row in reader if any(field.strip() for field in row))
            header = [name.strip() for name in next(rows, [])]
            require(set(columns) <= set(header), path, f"columns {columns}", _header_found(header))
            twice = [name for name in columns if header.count(name) > 1]
            require(not twice, path, "each column once", f"{twice} again in {header}")
            places, row = [header.index(name) for name in columns], header
            for row in rows:
                if len(row) != len(header):
                    hint = ", the last empty: the row ends with a comma" if not row[-1] else ""
                    _refuse(path, reader.line_num, f"{len(header)} fields, as in the header", f"{len(row)}{hint}")
                yield reader.line_num, [row[place].strip() for place in places]
    except (csv.Error, UnicodeError) as error:
        raise ValueError(f"{path}: expected a table of {columns} in UTF-8 ({error})") from None
    if not whole:
        # A number that lost its last digits is still a number.
        lacks = f"if it was cut short, its last value, {row[-1]}, lacks digits"
        warnings.warn(f"{path}: ends without a line end; {lacks}", stacklevel=4)


def _header_found(header):
    first = header[0] if header else ""
    if first.lower().startswith("sep="):
        return f"a first line {first}, which only spreadsheets understand; remove it"
    for separator, name in {";": "semicolons", "\t": "tabs", "|": "bars"}.items():
        if separator in first:
            return f"{header}; these seem separated by {name}, save the table with commas"
    return header or "an empty file"


def _composed(name):
    """Return a name in the one form of Unicode in which names are compared."""
    return unicodedata.normalize("NFC", name)


def _refuse(path, line, expected, found):
    require(False, f"{path}: line {line}" if line else path, expected, found)
