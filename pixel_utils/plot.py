"""Figures in one style: readable on a light and on a dark page, safe for colour-blind readers.

What cannot be drawn is refused: rows of other lengths or shapes, and NaN or infinity, which would be drawn as nothing.
"""

import matplotlib.pyplot as plt
import numpy as np

from pixel_utils.checks import check_array, require

# Okabe and Ito's palette without its black and yellow, which vanish on a dark or a light page.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9")
# A grey of nearly the same contrast to white and to the dark page.
NEUTRAL = "#7d7d7d"


def use_style():
    """Set matplotlib's defaults for this book; a chapter calls it once."""
    grey = ("edgecolor", "labelcolor", "titlecolor")
    plt.rc("axes", facecolor="none", grid=True, titlesize="medium", prop_cycle=plt.cycler(color=COLOURS))
    plt.rc("axes", **dict.fromkeys(grey, NEUTRAL), **{"spines.right": False, "spines.top": False})
    plt.rc("figure", **{"facecolor": "none", "constrained_layout.use": True})
    plt.rc("grid", color=NEUTRAL, alpha=0.3)
    plt.rc("legend", labelcolor=NEUTRAL, frameon=False)
    plt.rc(("text", "xtick", "ytick"), color=NEUTRAL)
    plt.rcParams.update({"font.size": 11, "image.cmap": "gray", "savefig.facecolor": "none"})


def image_rows(rows, *, column_titles=None, value_range=(0, 1)):
    """Show rows of images: one row a kind (input, prediction, truth), one column an example; return the Figure.

    ``rows`` holds for each title images of shape (columns, H, W) or (columns, H, W, C) with one or three channels.
    The ends of ``value_range`` are black and white in grey images; colours are bytes, or numbers in [0, 1].
    """
    require(rows, "rows", "at least one row of images", "none")
    n_rows, n_columns = len(rows), len(next(iter(rows.values())))
    shape = " or ".join(f"({n_columns}, H, W{channels})" for channels in ("", ", 1", ", 3"))
    rows = {title: check_array(f"row {title!r}", images, shape=shape, finite=True) for title, images in rows.items()}
    titles = [""] * n_columns if column_titles is None else column_titles
    require(len(titles) == n_columns, "column_titles", f"one for each of {n_columns} columns", len(titles))
    height, width = next(iter(rows.values())).shape[1:3]
    size = 5 / max(n_columns, 4)
    page = (size * n_columns + 1, size * height / width * n_rows + 0.3)
    figure, grid = plt.subplots(n_rows, n_columns, figsize=page, squeeze=False)
    for axes_row, (title, images) in zip(grid, rows.items(), strict=True):
        for axes, image in zip(axes_row, images, strict=True):
            axes.imshow(image[..., 0] if image.shape[2:] == (1,) else image, vmin=value_range[0], vmax=value_range[1])
            axes.set(xticks=[], yticks=[])
            axes.grid(False)
            axes.spines[:].set_visible(False)
        axes_row[0].set_ylabel(title, rotation=0, ha="right", va="center")
    for axes, title in zip(grid[0], titles, strict=True):
        axes.set_title(title, fontsize="small")
    return figure


def before_after(before, after, *, value_range=(0, 1)):
    """Draw two states of one picture side by side, with nothing around them; return the Figure.

    On the page the cell's metadata, ``"image": {"classes": "before-after", "alt": ...}`` under ``mystnb``, make of the
    two halves one picture with a line between before and after that a reader moves. Both are images of one shape,
    (H, W) or (H, W, C) with one or three channels; ``value_range`` is that of :func:`image_rows`.
    """
    before, after = np.asarray(before), np.asarray(after)
    require(before.shape == after.shape, "before, after", "images of one shape", f"{before.shape} and {after.shape}")
    figure = image_rows({"before, after": np.stack([before, after])}, value_range=value_range)
    height, width = before.shape[:2]
    side = 3.6 / max(height, width)
    figure.set_layout_engine("none")
    figure.set_size_inches(2 * width * side, height * side)
    for part, axes in enumerate(figure.axes):
        axes.set_position((part / 2, 0, 0.5, 1))
        axes.set_aspect("auto")
        axes.set_axis_off()
    return figure


def training_curves(histories, *, column="loss", ylabel="loss", replay=None):
    """Draw training (dashed) and validation (solid) curves of several models into one plot; return the Figure.

    ``histories`` holds for each model what :func:`pixel_utils.train.fit` returned, at most as many as there are
    colours. The validation counterpart of ``column`` is ``val_`` and this; ``ylabel`` says what it is, with its unit.
    ``replay``, a history too, is what a run repeated of the first, drawn as circles.
    """
    count, most = len(histories), len(COLOURS)
    require(1 <= count <= most, "histories", f"1 to {most} models, a colour each", count)
    columns = [column, f"val_{column}"]
    for name, history in histories.items():
        name, found = f"history of {name!r}", list(history.columns)
        require(set(columns) <= set(found), name, f"columns {columns}", found)
        check_array(name, history[columns], shape="(epochs, 2)", finite=True)
    figure, axes = plt.subplots(figsize=(6, 3.4))
    for colour, (name, history) in zip(COLOURS, histories.items(), strict=False):
        axes.plot(history.index, history[column], "--", color=colour, label=f"{name}, training")
        axes.plot(history.index, history[f"val_{column}"], "-", color=colour, label=f"{name}, validation")
    if replay is not None:
        circles = {"ls": "none", "marker": "o", "mfc": "none", "color": NEUTRAL}
        axes.plot(replay.index, replay[f"val_{column}"], label=f"{next(iter(histories))}, repeated", **circles)
    axes.set(xlabel="epoch", ylabel=ylabel)
    axes.xaxis.get_major_locator().set_params(integer=True)
    # Below the axes, where it hides no curve.
    figure.legend(loc="outside lower center", ncols=2 if len(histories) > 1 else 1)
    figure.set_figheight(figure.get_figheight() + 0.25 * len(histories))
    return figure


def best_median_worst(errors, count):
    """Choose examples by rule instead of by eye: the lowest, the middle and the highest of finite errors, shape (N,).

    Indices of ``count`` images come under each of ``"best"``, ``"median"`` and ``"worst"`` (worst first).
    """
    errors = check_array("errors", errors, shape="(N,)", finite=True)
    most = len(errors) // 3
    require(1 <= count <= most, "count", f"1 to {most} of each for {len(errors)} errors", count)
    order = np.argsort(errors, kind="stable")
    middle = len(order) // 2 - count // 2
    return {"best": order[:count], "median": order[middle : middle + count], "worst": order[::-1][:count]}
