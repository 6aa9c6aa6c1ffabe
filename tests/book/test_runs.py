"""What a build holds of each notebook, and what has to be made again."""

import json
import os

import pytest

from book.make import runs

ONE, TRIGGERS = "04_one", {"code": "1", "data": "2"}
GOOD = runs.Run({"loss": 0.5}, {"profile": "book"}, 1500, "")


@pytest.fixture
def build(tmp_path):
    """Leave what the run of a notebook leaves; the function returns the folder of the build."""

    def leave(failure=""):
        for file, text in {
            "times/04_one.tsv": "s\tmax_rss\n90\t1500\n",
            "executed/04_one.ipynb": "{}",
            "results/04_one/values.json": '{"loss": {"value": 0.5}}',
            "results/04_one/provenance.json": '{"profile": "book"}',
        }.items():
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(text)
        runs.write_outcome(tmp_path, ONE, failure, TRIGGERS)
        return tmp_path

    return leave


@pytest.mark.parametrize(("times", "memory"), [("s\tmax_rss\n90\t1500\n", 1500), ("s\tmax_rss\n1\tNA\n", None)])
def test_a_good_run_is_read_with_its_memory_if_that_was_measured(build, times, memory):
    path = build() / "times/04_one.tsv"
    path.write_text(times)
    assert runs.read_run(path.parents[1], ONE) == GOOD._replace(memory=memory)
    path.unlink()
    assert runs.read_run(path.parents[1], ONE).memory is None


def test_after_a_failure_the_last_good_run_is_read_without_the_memory_of_the_failed_one(build):
    assert runs.read_run(build("ValueError: no"), ONE) == GOOD._replace(memory=None, failure="ValueError: no")


def test_a_failed_run_is_not_published(build):
    assert runs.read_newest(build(), ONE, "book") == GOOD[:2]
    with pytest.raises(ValueError, match="04_one: expected results of its newest run, but that failed: ValueError: no"):
        runs.read_newest(build("ValueError: no"), ONE, "book")


def test_a_notebook_that_never_ran_well_has_no_run(tmp_path):
    runs.write_outcome(tmp_path, ONE, "ValueError: no", {})
    assert runs.read_run(tmp_path, ONE) is None


def test_what_changed_failed_or_never_ran_is_a_reason_to_run(build, tmp_path):
    assert runs.reasons_to_run(tmp_path, ONE, TRIGGERS) == ["it has not run"]
    assert runs.reasons_to_run(build(), ONE, TRIGGERS) == []
    changed = TRIGGERS | {"data": "3", "lock": "4"}
    assert runs.reasons_to_run(tmp_path, ONE, changed) == ["data changed", "lock changed"]
    assert runs.reasons_to_run(build("ValueError: no"), ONE, TRIGGERS) == ["its newest run failed"]
    assert runs.has_good_run(tmp_path, ONE)


@pytest.mark.parametrize(
    "name", ["results/04_one/provenance.json", "results/04_one/values.json", "executed/04_one.ipynb"]
)
@pytest.mark.parametrize("damage", ["gone", "empty"])
def test_what_is_gone_or_empty_is_made_again(build, name, damage):
    folder = build()
    (folder / name).unlink() if damage == "gone" else (folder / name).write_text("")
    assert runs.reasons_to_run(folder, ONE, TRIGGERS) == ["its results are gone"]


@pytest.mark.parametrize("text", ["", "{", '{"ended": 1}', "[]"])
def test_an_outcome_that_a_power_cut_spoiled_is_no_good_one(build, text):
    folder = build()
    (folder / "outcomes/04_one.json").write_text(text)
    assert runs.read_outcome(folder, ONE)["failure"]
    assert runs.reasons_to_run(folder, ONE, TRIGGERS)


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
        path = runs.write_request(tmp_path, "name", answer, needed)
        assert (path.stat().st_mtime_ns > now) == needed
        texts.append(path.read_text())
    assert len(set(texts)) == 3
