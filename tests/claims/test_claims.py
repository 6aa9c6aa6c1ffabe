"""The claims of every chapter, judged on a finished run: ``pytest tests/claims --build=_build``."""

import json
from pathlib import Path

import pytest
from claims import check, load_claims

CHAPTERS = sorted(path.stem for path in Path(__file__).parent.glob("*.yml"))
CLAIMS = [(chapter, claim["id"]) for chapter in CHAPTERS for claim in load_claims(chapter)]


def judged(results, chapter):
    """Check a chapter's claims against a results folder; rows by claim id."""
    values = json.loads((results / chapter / "values.json").read_text())
    profile = json.loads((results / chapter / "provenance.json").read_text())["profile"]
    return {row["id"]: row for row in check(load_claims(chapter), values, profile)}


@pytest.mark.parametrize(("chapter", "name"), CLAIMS)
def test_claim(build, record_property, chapter, name):
    row = judged(build / "results", chapter)[name]
    goal = f", goal {row['goal']}" if row["goal"] else ""
    record_property("claim", f"{chapter} {name}: {row['status']}, {row['measured']} ({row['required']}{goal})")
    if row["status"] == "not checked":
        pytest.skip("not judged in this profile")
    assert row["status"] == "holds", f"{row['sentence']}: {row['measured']}, required {row['required']}"


@pytest.mark.parametrize(("chapter", "name"), CLAIMS)
def test_a_spoiled_result_fails_its_claim(build, chapter, name):
    """Whatever a claim compares, it must not hold for huge values and for hugely negative ones alike."""
    claim = next(claim for claim in load_claims(chapter) if claim["id"] == name)
    values = json.loads((build / "results" / chapter / "values.json").read_text())
    spoiled = [{key: {"value": value} for key in values} for value in (1e9, -1e9)]
    assert "fails" in [check([claim], each, claim["profiles"][0])[0]["status"] for each in spoiled]
