"""Figures: what they show, what they refuse, and that examples are chosen by rule."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from pixel_utils import plot

IMAGES = np.zeros((2, 3, 3))
HISTORY = pd.DataFrame({"loss": [2, 1], "val_loss": [3, 2]}, index=[1, 2])


@pytest.fixture(autouse=True)
def close_figures():
    plot.use_style()
    yield
    plt.close("all")


def test_examples_are_chosen_by_rule():
    errors = np.array([5.0, 1, 9, 3, 7, 2, 8, 4, 6])
    chosen = plot.best_median_worst(errors, 3)
    assert {kind: errors[rows].tolist() for kind, rows in chosen.items()} == {
        "best": [1, 2, 3],
        "median": [4, 5, 6],
        "worst": [9, 8, 7],
    }


def test_image_rows_show_every_image_on_one_scale():
    images = np.random.default_rng(0).random((4, 1, 5, 1))
    figure = plot.image_rows({"in": images, "out": images}, column_titles=list("abcd"), value_range=(-1, 2))
    assert len(figure.axes) == 8
    assert {axes.images[0].get_clim() for axes in figure.axes} == {(-1, 2)}
    assert [axes.get_title() for axes in figure.axes[:4]] == list("abcd")
    assert figure.axes[0].images[0].get_array().shape == (1, 5)


def test_training_curves_have_names_axes_and_units():
    axes = plot.training_curves({"net": HISTORY}, ylabel="error (counts)").axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "error (counts)")
    drawn = {line.get_linestyle(): line.get_ydata().tolist() for line in axes.lines}
    assert drawn == {"--": HISTORY["loss"].tolist(), "-": HISTORY["val_loss"].tolist()}
    assert [text.get_text() for text in axes.figure.legends[0].get_texts()] == ["net, training", "net, validation"]


def test_what_was_repeated_is_drawn_beside_what_was_recorded():
    axes = plot.training_curves({"net": HISTORY, "other": HISTORY}, replay=HISTORY[:1]).axes[0]
    assert axes.lines[-1].get_xydata().tolist() == [[HISTORY.index[0], HISTORY["val_loss"].iloc[0]]]
    assert axes.figure.legends[0].get_texts()[-1].get_text() == "net, repeated"


def test_before_and_after_fill_a_half_each():
    figure = plot.before_after(np.zeros((20, 30)), np.ones((20, 30)))
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., 0]
    middle = pixels.shape[1] // 2
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(3, rel=0.01)
    assert (pixels[:, : middle - 1] == 0).all()
    assert (pixels[:, middle + 1 :] == 255).all()


@pytest.mark.parametrize(
    ("draw", "arguments", "message"),
    [
        (plot.image_rows, [{}], "rows: expected at least one row of images, found none"),
        (plot.image_rows, [{"in": IMAGES[0]}], r"row 'in': expected shape \(3, H, W\) or .*float64 of shape \(3, 3\)"),
        (plot.image_rows, [{"in": np.zeros((2, 3, 3, 4))}], r"row 'in': .*found float64 of shape \(2, 3, 3, 4\)"),
        (plot.image_rows, [{"in": IMAGES, "out": IMAGES[:1]}], r"row 'out': expected shape \(2, H, W\).*\(1, 3, 3\)"),
        (plot.image_rows, [{"in": IMAGES + np.nan}], "row 'in': expected finite values, found NaN or infinity 18"),
        (plot.training_curves, [{}], "histories: expected 1 to 6 models, a colour each, found 0"),
        (plot.training_curves, [dict.fromkeys("abcdefg", HISTORY)], "histories: expected 1 to 6 models, .* found 7"),
        (
            plot.training_curves,
            [{"net": HISTORY[["loss"]]}],
            r"'net': expected columns .*'val_loss'\], found \['loss'\]",
        ),
        (plot.training_curves, [{"net": HISTORY[:0]}], r"'net': expected shape \(epochs, 2\), found .* \(0, 2\)"),
        (
            plot.training_curves,
            [{"net": HISTORY.replace(3, np.inf)}],
            "'net': expected finite values, found .* 1 times",
        ),
        (plot.best_median_worst, [np.zeros((9, 1)), 1], r"errors: expected shape \(N,\), found .* \(9, 1\)"),
        (plot.best_median_worst, [np.zeros(9), 0], "count: expected 1 to 3 of each for 9 errors, found 0"),
        (plot.best_median_worst, [np.zeros(5), 2], "count: expected 1 to 1 of each for 5 errors, found 2"),
        (plot.best_median_worst, [[0, np.nan, 1], 1], "errors: expected finite values, found NaN or infinity 1 times"),
        (
            plot.before_after,
            [IMAGES, IMAGES[:, :2]],
            r"expected images of one shape, found \(2, 3, 3\) and \(2, 2, 3\)",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, arguments, message):
    with pytest.raises(ValueError, match=message):
        draw(*arguments)


def test_a_title_for_every_column_is_asked_for():
    with pytest.raises(ValueError, match="column_titles: expected one for each of 2 columns, found 1"):
        plot.image_rows({"in": IMAGES}, column_titles=["one"])


def luminance(colour):
    channels = np.array(plt.matplotlib.colors.to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("page", ["#ffffff", "#121212"])
def test_labels_can_be_read_on_light_and_dark_pages(page):
    bright, dark = sorted((luminance(page), luminance(plot.NEUTRAL)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) > 4
