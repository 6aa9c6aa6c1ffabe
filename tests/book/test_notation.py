"""The notation page defines every metric there is, and every word once."""

import inspect
import re
from pathlib import Path

from pixel_utils import metrics

PAGE = Path("book/notation.md").read_text(encoding="utf-8")
SYMBOLS = {
    "mae": r"\mathrm{MAE}",
    "mse": r"\mathrm{MSE}",
    "rmse": r"\mathrm{RMSE}",
    "r2": "R^2",
    "psnr": r"\mathrm{PSNR}",
    "ssim": r"\mathrm{SSIM}",
    "binary_cross_entropy": r"\mathrm{BCE}",
}


def test_every_metric_is_defined_by_an_equation():
    functions = {
        name
        for name, function in inspect.getmembers(metrics, inspect.isfunction)
        if list(inspect.signature(function).parameters)[:2] == ["true", "predicted"] and not name.startswith("_")
    }
    # The root of the squared error is the contest's measure, of all rows of a submission.
    assert functions | {"rmse"} == SYMBOLS.keys()
    equations = re.findall(r"^\$\$\n([^$]*)\n\$\$ \(", PAGE, flags=re.MULTILINE)
    for symbol in SYMBOLS.values():
        start = rf"(?:\\begin{{aligned}}\n)?{re.escape(symbol)}(_i)? &?= "
        assert any(re.match(start, equation) for equation in equations), symbol


def test_words_are_defined_once_in_two_sentences():
    glossary = re.search(r"```\{glossary\}\n:sorted:\n\n(.*?)```", PAGE, flags=re.DOTALL)[1]
    entries = dict(entry.split("\n", 1) for entry in glossary.strip().split("\n\n"))
    assert len(entries) == len(glossary.strip().split("\n\n"))
    assert len(entries) > 50
    for word, meaning in entries.items():
        sentences = re.findall(r"[.?)](?:\s|$)", meaning)
        assert 1 <= len(sentences) <= 3, word
