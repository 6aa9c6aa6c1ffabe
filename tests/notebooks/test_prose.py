"""Prose holds no number that a reader would take for a measured one."""

import pytest
import yaml

from book.make.paths import ROOT
from tests.notebooks.prose import faults, figures_held_by_hand, pages, typed_numbers

PUBLISHED = yaml.safe_load((ROOT / "book/originals.yml").read_text())


def test_no_page_holds_typed_numbers():
    assert faults() == []


def test_every_kind_of_page_is_read():
    files = {str(file) for file, _, _ in pages()}
    assert {"book/intro.md", "data/README.md", "notebooks/04_denoising.ipynb"} <= files
    assert any("Eight validation pairs" in text for _, _, text in pages()), "captions are prose"


@pytest.mark.parametrize(
    ("markdown", "found"),
    [
        ("It reaches 0.93 on average.", ["0.93"]),
        ("It reaches .93 on average.", [".93"]),
        ("It reaches 0,93 on average.", ["0,93"]),
        ("About 93 % are read.", ["93 %"]),
        ("About **93**% are read.", ["93%"]),
        ("Ninety per cent are read.", ["Ninety per cent"]),
        ("It has 3600 weights.", ["3600"]),
        ("It has 3,600 weights.", ["3,600"]),
        ("It has 3 600 weights.", ["3 600"]),
        ("It has 3 million weights.", ["3 million"]),
        ("The rate is 1e-3.", ["1e-3"]),
        ("In 2019 it was new.", ["2019"]),
        ("It is twice as fast.", ["twice"]),
        ("It is three\ntimes as fast.", ["three times"]),
        ("It is 5x faster.", ["5x"]),
        ("It is a tenfold gain, with half as many weights.", ["tenfold", "half as"]),
        ("# Up to 0.93", ["0.93"]),
        ("| a | b |\n| --- | --- |\n| x | 0.93 |", ["0.93"]),
        ("- one\n  - loss 0.93", ["0.93"]),
        ("[a loss of 0.93](page.md)", ["0.93"]),
        ("![a loss of 0.93](loss.png)", ["0.93"]),
        ("```{note}\nA loss of 0.93\n```", ["0.93"]),
        ("```{admonition} Only 0.93\nText\n```", ["0.93"]),
        (":::{tip}\n:class: dropdown\nA loss of 0.93\n:::", ["0.93"]),
        ("````{note}\n```{exercise-start} Reach 0.93\n:label: x\n```\n````", ["0.93"]),
        ("```{figure} loss.png\n:alt: a loss of 0.93\n\nA caption of 0.94\n```", ["0.93", "0.94"]),
        ("```{glue:figure} key\n\nA loss of 0.93\n```", ["0.93"]),
        ("{ref}`the 0.93 point <point>`", ["0.93"]),
        ("<div>A loss of 0.93</div>", ["0.93"]),
        ("A <b>loss</b> of 0.93", ["0.93"]),
    ],
)
def test_a_planted_number_is_seen(markdown, found):
    assert typed_numbers(markdown) == found


@pytest.mark.parametrize(
    "markdown",
    [
        "It reaches {glue:text}`mae:.3f`, read in {glue:text}`share:.1%` of cases.",
        "All {constant}`3,600` of them, in a {constant}`95 %` interval: {constant}`95` % or {constant}`twice`.",
        "As {cite}`wang2004image` and {cite:t}`wang2004image` say.",
        "Half is $0.5$.\n\n$$\n0.5 + 1000\n$$",
        "It is\n\n$$\n0.5 + 1000\n$$ (eq-half)",
        "Set `rate = 0.001`.\n\n```python\nrate = 0.001\n```\n\n    rate = 0.001",
        "```{code-cell}\nrate = 0.001\n```",
        "[the page](https://example.org/2019/0.93), https://example.org/2019/0.93, <https://example.org/2019>",
        "{numref}`fig-2019`, {ref}`the point <0.93>`, {eq}`eq-2019`",
        "```{figure} 2019/0.93.png\n:width: 0.93\n:alt: a cat\n\nA cat\n```",
        "Images of 28 x 28 pixels, 3 \u00d7 3 windows, 16 bit, values from 0 to 255, a GAN of 40 layers.",
        "A layer of float32 in the Conv2D, for the third time; times change, in manifold ways.",
        "% a comment of 0.93\n\n<!-- 0.93 -->",
        "(a-target-2019)=\n# A heading",
    ],
)
def test_what_is_not_measured_passes(markdown):
    assert typed_numbers(markdown) == []


@pytest.mark.parametrize(
    "markdown", ["A run of 100 epochs.", "A guess of {constant}`78 %`.", "{constant}`3,600` weights"]
)
def test_an_original_figure_typed_by_hand_is_seen(markdown):
    assert len(figures_held_by_hand(markdown, [100, 0.78, 3600, 3])) == 1


def test_glued_figures_and_small_numbers_pass():
    markdown = "In {glue:text}`original_epochs:.0f` epochs, with 3 layers, `3600` and $0.78$."
    assert figures_held_by_hand(markdown, [100, 0.78, 3600, 3]) == []


@pytest.mark.parametrize("chapter", PUBLISHED)
def test_every_figure_of_an_original_has_a_value_and_a_source(chapter):
    assert (ROOT / f"notebooks/{chapter}.ipynb").is_file()
    for name, entry in PUBLISHED[chapter].items():
        assert name.isidentifier()
        assert entry.keys() == {"value", "source"}
        assert isinstance(entry["value"], int | float)
        assert entry["source"].strip()
