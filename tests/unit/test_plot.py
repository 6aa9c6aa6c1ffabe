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
    with pytest.raises(ValueError, match="at least 6 images for 3 x 2 examples, found 5"):
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
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["net, training", "net, validation"]


def luminance(colour):
    channels = np.array(plt.matplotlib.colors.to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_labels_can_be_read_on_light_and_dark_pages():
    for page in ("#ffffff", "#121212"):
        bright, dark = sorted((luminance(page), luminance(plot.NEUTRAL)), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) > 4
