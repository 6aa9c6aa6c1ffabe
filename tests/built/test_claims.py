"""The claims of every chapter, judged on a finished run."""

import pytest

from book.make.claims import check, load_claims, sealed_numbers
from book.make.paths import all_chapters
from pixel_utils.results import read_results

CLAIMS = [(chapter, claim["id"]) for chapter in all_chapters() for claim in load_claims(chapter)]


def judged(results, chapter, name):
    """Check a claim against what a chapter recorded."""
    values, provenance = read_results(results, chapter)
    rows = check(load_claims(chapter), values, provenance["profile"], sealed_numbers(chapter))
    return next(row for row in rows if row["id"] == name)


@pytest.mark.parametrize(("chapter", "name"), CLAIMS)
def test_claim(results, record_property, chapter, name):
    row = judged(results, chapter, name)
    goal = f", goal {row['goal']}" if row["goal"] else ""
    record_property("claim", f"{chapter} {name}: {row['status']}, {row['measured']} ({row['required']}{goal})")
    if row["status"] == "not checked":
        pytest.skip("not judged in this profile")
    assert row["status"] == "holds", f"{row['sentence']}: {row['measured']}, required {row['required']}"


@pytest.mark.parametrize(("chapter", "name"), CLAIMS)
def test_a_spoiled_result_fails_its_claim(results, chapter, name):
    """Whatever a claim compares, it must not hold for huge values and for hugely negative ones alike."""
    claim = next(claim for claim in load_claims(chapter) if claim["id"] == name)
    values, _ = read_results(results, chapter)
    spoiled = [dict.fromkeys(values, value) for value in (1e9, -1e9)]
    assert "fails" in [check([claim], each, claim["profiles"][0], each)[0]["status"] for each in spoiled]
