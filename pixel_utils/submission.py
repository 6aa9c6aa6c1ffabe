"""The regeneration contest's files: the list of missing boxes, and the CSV of predicted values, a picture at a time."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from pixel_utils.degrade import cut_boxes
from pixel_utils.files import place

CORNERS = ["y1", "x1", "y2", "x2"]
KEY, VALUE = "filename_box_pixel", "value"


def write_mask_list(path, ids, boxes):
    """Write the list of missing boxes, ``masked_info.csv`` in the contest.

    Parameters
    ----------
    path : str or Path
    ids : sequence of str
        File name of each picture.
    boxes : ndarray, shape (N, 2, 2), integer
        Row and column of the top left corner of each picture's two boxes, in pixels.

    Raises
    ------
    ValueError
        If a name comes twice, or there are not two boxes for each.
    OSError
        If the file cannot be written whole; then none is left.
    """
    table = pd.DataFrame(_check_list(ids, boxes).reshape(-1, 4), columns=CORNERS)
    table.insert(0, "filename", list(ids))
    place(path, table.to_csv)


def read_mask_list(path, *, shape=(256, 256), size=75):
    """Read the list of missing boxes.

    Its columns do not say what they mean. Two boxes are missing in each picture, and in the contest's list ``y2`` is as
    often above ``y1`` as below: these are no opposite corners of one box. So ``y1, x1`` is read as row and column of
    the top left corner of box 1, and ``y2, x2`` as that of box 2; what does not fit this reading is refused.

    Parameters
    ----------
    path : str or Path
        CSV with the columns ``filename, y1, x1, y2, x2``; others, such as the contest's row numbers, are passed over.
    shape : tuple of int
        Height and width of a picture, in pixels.
    size : int
        Side of a box, in pixels.

    Returns
    -------
    ids : list of str
        In the order of the file.
    boxes : ndarray, shape (N, 2, 2), dtype int64
        Row and column of each top left corner, in pixels.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such table or cut short, repeats a name, or a box sticks out of its picture; the line is named.
    """
    columns = ["filename", *CORNERS]
    table = pd.concat(_tables(path, columns, 10_000, dtype=str))[columns]
    numbers = table[CORNERS].apply(pd.to_numeric, errors="coerce").to_numpy(float)
    room = np.tile(np.subtract(shape, size), 2)
    wrong = np.argwhere(~((numbers >= 0) & (numbers <= room) & (numbers % 1 == 0)))
    if len(wrong):
        row, column = wrong[0]
        corner = f"top left corner of a box of {size} x {size} pixels inside {shape[0]} x {shape[1]}"
        found = f"{CORNERS[column]} = {table[CORNERS].iloc[row, column]} for {table['filename'].iloc[row]}"
        _refuse(path, row, f"the {corner}, a whole number from 0 to {room[column]}", found)
    again = np.flatnonzero(table["filename"].duplicated())
    if len(again):
        _refuse(path, again[0], "each file once", f"{table['filename'].iloc[again[0]]} again")
    if table.empty:
        raise ValueError(f"{path}: expected at least one picture, found none")
    return table["filename"].tolist(), numbers.astype(np.int64).reshape(-1, 2, 2)


def write(path, ids, boxes, images, *, size=75):
    """Write predictions as the contest takes them: one row for each channel of each pixel of each box.

    A row is ``{file}_box{1|2}_{row}_{column}_{channel},{value}`` with a value in [0, 1]. As in the original's code, row
    and column count from the picture's top left corner, not from the box's; rows come box by box and line by line, and
    a pixel that lies in both boxes comes twice. Channel 0 is **blue**, 2 is red: the contest's rules are not to be had,
    but the original's code names the channels in OpenCV's order, blue first, though its pictures hold red first.

    Values have six decimals, which give 8 bits back exactly: ``rint(255 * value)``. Only one picture is held in memory.

    Parameters
    ----------
    path, ids, boxes
        As in :func:`write_mask_list`.
    images : iterable of N ndarrays, shape (H, W, 3)
        Whole pictures, red first, dtype uint8 or float in [0, 1]; may be a generator. Only the boxes are looked at.
    size : int
        Side of a box, in pixels.

    Raises
    ------
    ValueError
        If pictures are too few or too many, of another type or shape, have a value outside [0, 1] in a box, or a box
        sticks out; the picture is named.
    OSError
        If the file cannot be written whole. After any error what was at ``path`` is still there.
    """
    boxes = _check_list(ids, boxes)

    def write_rows(part):
        with open(part, "w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow([KEY, VALUE])
            for name, corners, values in _in_boxes("images", images, ids, boxes, size):
                texts = [f"{value:.6f}" for value in values[..., ::-1].ravel().tolist()]
                rows.writerows(zip(_keys(name, corners, size), texts, strict=True))

    place(path, write_rows)


def read(path, ids, boxes, *, size=75):
    """Read a submission a picture at a time, whoever wrote it; every key must stand where :func:`write` puts it.

    Parameters
    ----------
    path : str or Path
    ids, boxes, size
        As in :func:`write`.

    Yields
    ------
    name : str
    values : ndarray, shape (2, size, size, 3), dtype float64, in [0, 1]
        What is predicted for the two boxes, red first.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        While reading, if a key is missing, unknown, repeated or out of order, a value is none in [0, 1], or the file is
        cut short; the line is named.
    """
    boxes, rows = _check_list(ids, boxes), 2 * size * size * 3
    tables = _tables(path, [KEY, VALUE], rows, dtype={KEY: str})
    for number, (name, corners) in enumerate(zip(ids, boxes, strict=True)):
        table, first = next(tables, pd.DataFrame(columns=[KEY, VALUE])), rows * number
        keys, expected = table[KEY].to_numpy(object), np.array(_keys(name, corners, size), object)
        wrong = np.flatnonzero(keys != expected[: len(keys)])
        if len(wrong):
            _refuse(path, first + wrong[0], expected[wrong[0]], keys[wrong[0]])
        if len(keys) < rows:
            _refuse(path, first + len(keys), f"{expected[len(keys)]} and {rows * len(ids)} rows in all", "the end")
        values = pd.to_numeric(table[VALUE], errors="coerce").to_numpy(float)
        wrong = np.flatnonzero(~((values >= 0) & (values <= 1)))
        if len(wrong):
            _refuse(path, first + wrong[0], "a value in [0, 1]", table[VALUE].iloc[wrong[0]])
        yield name, values.reshape(2, size, size, 3)[..., ::-1]
    for table in tables:
        _refuse(path, rows * len(ids), f"the end after {rows * len(ids)} rows", table[KEY].iloc[0])


def score(path, ids, boxes, truth, *, size=75):
    """Score a submission against the true pictures, over all its rows.

    Every row counts once, so a pixel that lies in both boxes counts twice, and pictures count alike.

    Parameters
    ----------
    path : str or Path
    ids, boxes, size
        As in :func:`write`.
    truth : iterable of N ndarrays, shape (H, W, 3)
        The whole true pictures, red first, dtype uint8 or float in [0, 1]; may be a generator.

    Returns
    -------
    dict of float
        ``MSE``, ``RMSE`` and ``MAE`` of values in [0, 1]; ``RMSE`` is the root of that one ``MSE``, no mean of roots.

    Raises
    ------
    FileNotFoundError, ValueError
        As in :func:`read`, and in :func:`write` for the pictures.
    """
    errors = []
    true = _in_boxes("truth", truth, ids, _check_list(ids, boxes), size)
    for (_, predicted), (*_, expected) in zip(read(path, ids, boxes, size=size), true, strict=True):
        difference = predicted - expected
        errors.append((np.square(difference).mean(), np.abs(difference).mean()))
    # Each picture has equally many rows, so the mean of their means is the mean over all rows.
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
    images = iter(images)
    for number, (name, corners) in enumerate(zip(ids, boxes, strict=True)):
        image = next(images, None)
        if image is None:
            raise ValueError(f"{what}: expected {len(ids)} pictures, found {number}")
        image = np.asarray(image)
        if image.ndim != 3 or image.shape[2] != 3 or not (image.dtype == np.uint8 or image.dtype.kind == "f"):
            raise ValueError(
                f"{what}: expected uint8 or float of shape (H, W, 3), found {image.dtype} of {image.shape} for {name}"
            )
        try:
            values = cut_boxes(image[None], corners[None], size=size)[0].astype(float)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
        if image.dtype == np.uint8:
            values /= 255
        if not ((values >= 0) & (values <= 1)).all():
            raise ValueError(
                f"{what}: expected values in [0, 1], found {values.min():g} to {values.max():g} in a box of {name}"
            )
        yield name, corners, values
    if next(images, None) is not None:
        raise ValueError(f"{what}: expected {len(ids)} pictures, found more")


def _check_list(ids, boxes):
    boxes = np.asarray(boxes)
    if boxes.dtype.kind not in "iu" or boxes.shape != (len(ids), 2, 2) or not len(ids) or boxes.min() < 0:
        raise ValueError(
            "boxes: expected whole numbers from 0 of shape (N, 2, 2), two corners for each of the N >= 1 ids, "
            f"found {boxes.dtype} of {boxes.shape} for {len(ids)} ids"
        )
    again = pd.Index(ids)[pd.Index(ids).duplicated()]
    if len(again):
        raise ValueError(f"ids: expected each file once, found {again[0]} again")
    return boxes.astype(np.int64)


def _tables(path, columns, rows, **options):
    """Yield a CSV file in tables of so many rows, and refuse one that is missing, cut short or another's."""
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path}: expected a table of {columns}, found no such file")
    with open(path, "rb") as file:
        file.seek(max(file.seek(0, 2) - 1, 0))
        # A number that lost its last digits is still a number; the missing line end gives it away.
        if file.read() != b"\n":
            raise ValueError(f"{path}: expected a line end after the last row, found a file that is cut short")
    try:
        # Blank lines count, so that the lines that errors name are those of the file.
        with pd.read_csv(path, chunksize=rows, keep_default_na=False, skip_blank_lines=False, **options) as tables:
            for table in tables:
                if not set(columns) <= set(table.columns):
                    raise ValueError(f"{path}: expected columns {columns}, found {list(table.columns)}")
                yield table
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: expected a table of {columns} ({str(error).strip()})") from None


def _refuse(path, row, expected, found):
    # The header is line 1 of the file.
    raise ValueError(f"{path}: line {row + 2}: expected {expected}, found {found}")
