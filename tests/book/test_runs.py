"""What a build holds of each notebook, and what has to be made again."""

import json
import os

import pytest

from book.make.runs import has_good_run, read_newest, read_outcome, read_run, reasons_to_run, request, write_outcome

TRIGGERS = {"code": "1", "data": "2"}


@pytest.fixture
def build(tmp_path):
    """Leave what the run of a notebook leaves; the function returns the folder of the build."""

    def leave(failure=""):
        for folder in ("results/04_one", "executed", "times"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        write_outcome(tmp_path, "04_one", failure, TRIGGERS)
        (tmp_path / "times/04_one.tsv").write_text("s\tmax_rss\n90\t1500\n")
        (tmp_path / "executed/04_one.ipynb").write_text("{}")
        (tmp_path / "results/04_one/values.json").write_text('{"loss": {"value": 0.5}}')
        (tmp_path / "results/04_one/provenance.json").write_text('{"profile": "book"}')
        return tmp_path

    return leave


def test_a_good_run_is_read_with_its_memory(build):
    assert read_run(build(), "04_one") == ({"loss": 0.5}, {"profile": "book"}, 1500, "")


@pytest.mark.parametrize("times", ["s\tmax_rss\n1\tNA\n", None])
def test_a_run_whose_memory_was_not_measured_has_none(build, times):
    path = build() / "times/04_one.tsv"
    path.unlink() if times is None else path.write_text(times)
    assert read_run(path.parents[1], "04_one").memory is None


def test_after_a_failure_the_last_good_run_is_read_without_the_memory_of_the_failed_one(build):
    assert read_run(build("ValueError: no"), "04_one") == ({"loss": 0.5}, {"profile": "book"}, None, "ValueError: no")


def test_a_failed_run_is_not_published(build):
    assert read_newest(build(), "04_one", "book")[0] == {"loss": 0.5}
    with pytest.raises(ValueError, match="04_one: expected results of its newest run, but that failed: ValueError: no"):
        read_newest(build("ValueError: no"), "04_one", "book")


def test_a_notebook_that_never_ran_well_has_no_run(tmp_path):
    write_outcome(tmp_path, "05_failed", "ValueError: no", {})
    assert read_run(tmp_path, "05_failed") is None


def test_nothing_changed_no_reason_to_run(build):
    assert reasons_to_run(build(), "04_one", TRIGGERS) == []


def test_what_changed_is_named(build):
    assert reasons_to_run(build(), "04_one", TRIGGERS | {"data": "3", "lock": "4"}) == ["data changed", "lock changed"]


def test_what_failed_or_never_ran_runs(build, tmp_path):
    assert reasons_to_run(tmp_path, "04_one", TRIGGERS) == ["it has not run"]
    assert reasons_to_run(build("ValueError: no"), "04_one", TRIGGERS) == ["its newest run failed"]
    assert has_good_run(tmp_path, "04_one")


@pytest.mark.parametrize(
    "name", ["results/04_one/provenance.json", "results/04_one/values.json", "executed/04_one.ipynb"]
)
@pytest.mark.parametrize("damage", ["gone", "empty"])
def test_what_is_gone_or_empty_is_made_again(build, name, damage):
    folder = build()
    (folder / name).unlink() if damage == "gone" else (folder / name).write_text("")
    assert reasons_to_run(folder, "04_one", TRIGGERS) == ["its results are gone"]


@pytest.mark.parametrize("text", ["", "{", '{"ended": 1}', "[]"])
def test_an_outcome_that_a_power_cut_spoiled_is_no_good_one(build, text):
    path = build() / "outcomes/04_one.json"
    path.write_text(text)
    assert read_outcome(path.parents[1], "04_one")["failure"]
    assert reasons_to_run(path.parents[1], "04_one", TRIGGERS)


def test_no_two_outcomes_are_alike(build):
    texts = [(build() / "outcomes/04_one.json").read_text() for _ in range(2)]
    assert json.loads(texts[0])["triggers"] == TRIGGERS
    assert texts[0] != texts[1]


@pytest.mark.parametrize("age", [-(10**13), 0, 10**13])
def test_a_request_is_newer_than_its_answer_only_if_it_is_needed_whatever_the_clock_says(tmp_path, age):
    answer = tmp_path / "answer"
    answer.touch()
    now = answer.stat().st_mtime_ns + age
    os.utime(answer, ns=(now, now))
    texts = []
    for needed in (False, True, True, False):
        path = request(tmp_path, "name", answer, needed)
        assert (path.stat().st_mtime_ns > now) == needed
        texts.append(path.read_text())
    assert len(set(texts)) == 3
