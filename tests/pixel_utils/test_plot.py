"""Figures: what they show and that examples are chosen by rule."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from pixel_utils import plot


@pytest.fixture(autouse=True)
def close_figures():
    plot.use_style()
    yield
    plt.close("all")


def test_examples_are_chosen_by_rule():
    errors = np.array([5.0, 1, 9, 3, 7, 2, 8, 4, 6])
    chosen = plot.best_median_worst(errors, 3)
    assert errors[chosen["best"]].tolist() == [1, 2, 3]
    assert errors[chosen["median"]].tolist() == [4, 5, 6]
    assert errors[chosen["worst"]].tolist() == [9, 8, 7]


def test_too_few_examples_are_refused():
    with pytest.raises(ValueError, match="count: expected 1 to 1 of each for 5 errors, found 2"):
        plot.best_median_worst(np.zeros(5), 2)


def test_image_rows_show_every_image_on_one_scale():
    images = np.random.default_rng(0).random((4, 5, 5, 1))
    figure = plot.image_rows({"in": images, "out": images}, column_titles=list("abcd"))
    assert len(figure.axes) == 8
    assert {axes.images[0].get_clim() for axes in figure.axes} == {(0, 1)}
    assert [axes.get_title() for axes in figure.axes[:4]] == list("abcd")


def test_training_curves_have_names_axes_and_units():
    history = pd.DataFrame({"loss": [2, 1], "val_loss": [3, 2]}, index=[1, 2])
    axes = plot.training_curves({"net": history}, ylabel="error (counts)").axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "error (counts)")
    assert [text.get_text() for text in axes.figure.legends[0].get_texts()] == ["net, training", "net, validation"]


IMAGES = np.zeros((2, 3, 3))
HISTORY = pd.DataFrame({"loss": [2, 1], "val_loss": [3, 2]}, index=[1, 2])


@pytest.mark.parametrize(
    ("rows", "titles", "message"),
    [
        ({}, None, "rows: expected at least one row of images, found none"),
        ({"in": IMAGES[:0]}, None, r"row 'in': .*found float64 of shape \(0, 3, 3\)"),
        (
            {"in": IMAGES[0]},
            None,
            r"row 'in': expected shape \(3, H, W\) or .*float64 of shape \(3, 3\)",
        ),
        ({"in": np.zeros((2, 3, 3, 4))}, None, r"row 'in': .*found float64 of shape \(2, 3, 3, 4\)"),
        (
            {"in": IMAGES, "out": IMAGES[:1]},
            None,
            r"row 'out': expected shape \(2, H, W\).*float64 of shape \(1, 3, 3\)",
        ),
        ({"in": IMAGES, "out": IMAGES + np.nan}, None, "row 'out': expected finite values, found NaN or infinity 18"),
        ({"in": IMAGES}, ["one"], "column_titles: expected one for each of 2 columns, found 1"),
    ],
)
def test_image_rows_refuse_what_cannot_be_shown(rows, titles, message):
    with pytest.raises(ValueError, match=message):
        plot.image_rows(rows, column_titles=titles)


def test_image_rows_show_images_of_a_single_row_of_pixels():
    figure = plot.image_rows({"in": np.zeros((2, 1, 5, 1))})
    assert figure.axes[0].images[0].get_array().shape == (1, 5)


@pytest.mark.parametrize(
    ("histories", "message"),
    [
        ({}, "histories: expected 1 to 6 models, a colour each, found 0"),
        ({str(i): HISTORY for i in range(7)}, "histories: expected 1 to 6 models, a colour each, found 7"),
        (
            {"net": HISTORY[["loss"]]},
            r"'net': expected columns \['loss', 'val_loss'\], found \['loss'\]",
        ),
        ({"net": HISTORY[:0]}, r"'net': expected shape \(epochs, 2\), found .* of shape \(0, 2\)"),
        (
            {"net": HISTORY.replace(3, np.inf)},
            "history of 'net': expected finite values, found NaN or infinity 1 times",
        ),
    ],
)
def test_training_curves_refuse_what_cannot_be_drawn(histories, message):
    with pytest.raises(ValueError, match=message):
        plot.training_curves(histories)


@pytest.mark.parametrize(
    ("errors", "count", "message"),
    [
        (np.zeros((9, 1)), 1, r"errors: expected shape \(N,\), found float64 of shape \(9, 1\)"),
        (np.zeros(9), 0, r"count: expected 1 to 3 of each for 9 errors, found 0"),
        (np.array([0, np.nan, 1]), 1, "errors: expected finite values, found NaN or infinity 1 times"),
        ([], 1, "errors: expected shape \\(N,\\), found float64 of shape \\(0,\\)"),
    ],
)
def test_errors_that_cannot_be_ranked_are_refused(errors, count, message):
    with pytest.raises(ValueError, match=message):
        plot.best_median_worst(errors, count)


def luminance(colour):
    channels = np.array(plt.matplotlib.colors.to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_labels_can_be_read_on_light_and_dark_pages():
    for page in ("#ffffff", "#121212"):
        bright, dark = sorted((luminance(page), luminance(plot.NEUTRAL)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) > 4


def test_error_maps_share_one_scale_around_zero():
    errors = np.array([[[0.0, -0.5]], [[0.2, 0.1]]])
    figure = plot.error_maps(errors, column_titles=["a", "b"], label="error (counts)")
    maps = [axes.images[0] for axes in figure.axes if axes.images]
    assert {shown.get_clim() for shown in maps} == {(-0.5, 0.5)}
    assert figure.axes[-1].get_xlabel() == "error (counts)"


def test_error_maps_of_a_perfect_prediction_can_be_drawn():
    assert plot.error_maps(np.zeros((1, 2, 2))).axes[0].images[0].get_clim() == (-1, 1)


def test_before_and_after_fill_a_half_each():
    before, after = np.zeros((20, 30)), np.ones((20, 30))
    figure = plot.before_after(before, after)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., 0]
    middle = pixels.shape[1] // 2
    assert pixels.shape[1] / pixels.shape[0] == pytest.approx(3, rel=0.01)
    assert (pixels[:, : middle - 1] == 0).all()
    assert (pixels[:, middle + 1 :] == 255).all()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (np.zeros((4, 4)), np.zeros((4, 5)), r"found \(4, 4\) and \(4, 5\)"),
        (
            np.zeros((4, 4, 2)),
            np.zeros((4, 4, 2)),
            r"row 'before, after': expected .*float64 of shape \(2, 4, 4, 2\)",
        ),
        (np.zeros((4, 4)), np.full((4, 4), np.nan), "before, after': expected finite values"),
    ],
)
def test_before_and_after_refuse_what_cannot_be_shown(before, after, message):
    with pytest.raises(ValueError, match=message):
        plot.before_after(before, after)
