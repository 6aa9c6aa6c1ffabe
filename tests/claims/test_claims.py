"""The claims of every chapter, judged on a finished run: ``pytest tests/claims --build=_build``."""

import json
import shutil
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


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_spoiled_result_is_seen(build, tmp_path, chapter):
    shutil.copytree(build / "results" / chapter, tmp_path / chapter)
    path = tmp_path / chapter / "values.json"
    values = json.loads(path.read_text())
    before = judged(tmp_path, chapter)
    for entry in values.values():
        entry["value"] = 1e9 if entry["better"] == "lower" else -1e9
    path.write_text(json.dumps(values))
    after = judged(tmp_path, chapter)
    assert any(row["status"] == "fails" for name, row in after.items() if before[name]["status"] == "holds")
