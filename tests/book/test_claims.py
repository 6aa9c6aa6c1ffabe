"""The claims checker: what holds, what fails, and that a spoiled value is seen."""

import pytest
import yaml

from book.make.claims import check, load_claims, overview, sealed_numbers, to_markdown

CLAIM = {"id": "small", "sentence": "The error is small", "value": "error", "operator": "<=", "bound": 0.5}
CLAIM["profiles"] = ["book"]
VALUES = {"error": 0.4, "other": 0.1}


def test_a_claim_holds_or_fails_with_its_value():
    assert check([CLAIM], VALUES, "book")[0]["status"] == "holds"
    row = check([CLAIM], {"error": 0.5001}, "book")[0]
    assert (row["status"], row["measured"], row["required"]) == ("fails", "0.5001", "<= 0.5")


@pytest.mark.parametrize(("operator", "status"), [("<=", "holds"), (">=", "holds"), ("<", "fails"), (">", "fails")])
def test_at_its_bound_a_claim_holds_if_it_says_so(operator, status):
    assert check([CLAIM | {"operator": operator}], {"error": 0.5}, "book")[0]["status"] == status


def test_a_claim_is_judged_only_in_its_profiles():
    assert check([CLAIM], {"error": 9}, "smoke")[0]["status"] == "not checked"


def test_a_claim_may_combine_keys():
    combined = {**CLAIM, "value": "error - 2 * other", "operator": ">"}
    assert check([combined], VALUES, "book")[0]["measured"] == "0.2"


@pytest.mark.parametrize(("goal", "text"), [(0.45, "0.45, met"), (0.3, "0.3, missed by 0.1")])
def test_a_goal_is_shown_and_does_not_gate(goal, text):
    row = check([{**CLAIM, "goal": goal}], VALUES, "book")[0]
    assert (row["status"], row["goal"]) == ("holds", text)


def test_a_file_of_comments_claims_nothing(tmp_path):
    (tmp_path / "07_mine.yml").write_text("# None yet.\n")
    assert load_claims("07_mine", tmp_path) == []


def test_a_claim_on_an_unknown_key_is_an_error():
    message = r"claim small: name 'nothing' is not defined; recorded are \['error', 'other'\]"
    with pytest.raises(KeyError, match=message):
        check([{**CLAIM, "value": "nothing"}], VALUES, "book")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"operator": "~"}, "unknown operator '~'"),
        ({"bounds": 3}, r"missing or unknown fields \['bounds'\]"),
        ({}, "claim ids are not unique"),
    ],
)
def test_malformed_claims_are_refused(tmp_path, change, message):
    (tmp_path / "00_test.yml").write_text(yaml.safe_dump([CLAIM, {**CLAIM, **change}]))
    with pytest.raises(ValueError, match=message):
        load_claims("00_test", tmp_path)


def test_the_page_shows_failures():
    rows = check([CLAIM], {"error": 2}, "book")
    assert "| The error is small | **fails** | 2 | <= 0.5 |  |" in to_markdown(rows, "book")


def test_the_sealed_part_stands_beside_the_measured_number():
    between = {**CLAIM, "id": "agree", "value": "error - sealed_error"}
    rows = check([CLAIM, between], {"error": 0.4}, "book", {"error": 0.45})
    assert [row["sealed"] for row in rows] == ["0.45", ""]
    text = to_markdown(rows, "book")
    assert "| The error is small | holds | 0.4 (*sealed* 0.45) | <= 0.5 |" in text
    assert "*Sealed*: of another run" in text
    # A claim that is newer than the record has no such number.
    assert check([CLAIM], {"error": 0.4}, "book", {"other": 0.4})[0]["sealed"] == ""
    assert check([between], {"error": 0.4}, "book", {"error": 0.45})[0]["measured"] == "-0.05"


def test_an_edition_that_is_not_recorded_has_no_numbers(tmp_path):
    (tmp_path / "edition.json").write_text('{"04_small": {"values": {"error": 0.45}}}')
    assert sealed_numbers("04_small", tmp_path) == {"error": 0.45}
    assert sealed_numbers("05_other", tmp_path) == {}


def test_the_overview_counts_and_names_what_was_missed():
    claims = [{**CLAIM, "goal": 0.3}, {**CLAIM, "id": "met", "goal": 0.45}, {**CLAIM, "id": "bad", "bound": 0.1}]
    judged = {"04_small": check(claims, VALUES, "book"), "00_none": []}
    text = overview(judged, {"04_small": "Small", "00_none": "None"})
    assert "| Small | 2 of 3 | 1 of 2 |" in text
    assert "*Small*: The error is small: 0.4; goal 0.3, missed by 0.1." in text
    assert "*Small*: The error is small: 0.4, required <= 0.1. **Fails.**" in text
    assert text.count("*Small*") == 2
    assert "None" not in text


def test_the_overview_of_a_smoke_run_judges_nothing():
    assert overview({"04_small": check([CLAIM], VALUES, "smoke")}, {"04_small": "Small"}).startswith("No claim")
