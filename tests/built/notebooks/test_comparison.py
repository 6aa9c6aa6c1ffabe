"""What the comparison makes of the results of the others."""

import pytest

from book.make.paths import COMPARISON, all_chapters
from pixel_utils.results import read_results


def test_shares_are_those_of_the_chapters(results):
    own, centre, holes = (
        read_results(results, name)[0] for name in (COMPARISON, "02_centre_pixel", "05_image_regeneration")
    )
    assert own["goes_size"] == pytest.approx(centre["goes_classical_ratio"] ** 0.5)
    assert own["regeneration_size"] == pytest.approx(holes["mse_ratio"] ** 0.5)
    assert own["regeneration_size_low"] <= own["regeneration_size"] <= own["regeneration_size_high"]


def test_every_other_chapter_is_read(results):
    others = [chapter for chapter in all_chapters() if chapter != COMPARISON]
    numbers = sum(len(read_results(results, chapter)[0]) for chapter in others)
    assert read_results(results, COMPARISON)[0]["values_read"] == numbers
