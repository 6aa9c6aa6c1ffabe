"""Staging: new wording with the old outputs, only the wanted chapters, no debris."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from book.make import claims
from book.make.paths import COMPARISON
from book.make.runs import Run
from book.make.stage import (
    in_reading_order,
    listed_files,
    machines_table,
    merge,
    minutes_to_read,
    run_note,
    runs_table,
    source_of,
    staged_toc,
)


def test_prose_and_tags_come_from_the_source_and_outputs_from_the_run():
    source = new_notebook(
        cells=[
            new_markdown_cell("new words", id="a"),
            new_code_cell("x = 1", id="p", metadata={"tags": ["parameters"]}),
            new_code_cell("x", id="b", metadata={"tags": ["hide-input"]}),
        ]
    )
    outputs = [
        new_output("stream", name="stderr", text="epoch 1"),
        new_output("display_data", data={"text/html": "<pre></pre>", "text/plain": ""}),
        new_output("stream", name="stdout", text="2"),
    ]
    executed = new_notebook(
        cells=[
            new_markdown_cell("old words", id="a"),
            new_code_cell("x = 1", id="p"),
            new_code_cell("x = 2", id="i", metadata={"tags": ["injected-parameters"]}),
            new_code_cell("x", id="b", outputs=outputs, execution_count=3),
        ]
    )
    merged = merge(source, executed)
    assert [cell.id for cell in merged.cells] == ["a", "p", "i", "b"]
    assert merged.cells[0].source == "new words"
    assert "remove-cell" in merged.cells[2].metadata.tags
    assert merged.cells[3].metadata.tags == ["hide-input", "cell-id-b"]
    assert [output.name for output in merged.cells[3].outputs] == ["stdout"]


def test_only_wanted_chapters_stay_in_the_table_of_contents():
    files = listed_files(staged_toc([]))
    assert "book/runs" in files
    assert not any(file.startswith("notebooks/") for file in files)


def test_a_notebook_that_the_table_of_contents_does_not_list_follows_the_chapters():
    chapters = staged_toc(["04_denoising", "07_mine", "07_mine_exercises"])["parts"][0]["chapters"]
    mine = {"file": "notebooks/07_mine", "sections": [{"file": "notebooks/07_mine_exercises"}]}
    assert chapters == [{"file": "notebooks/04_denoising"}, mine]
    assert staged_toc(["07_mine_exercises"])["parts"][0]["chapters"] == mine["sections"]


def test_what_stands_beside_a_chapter_stands_below_it_or_in_its_place():
    beside = "notebooks/04_denoising_experiments"
    whole = staged_toc(["04_denoising", "04_denoising_experiments"])["parts"][0]["chapters"]
    assert whole == [{"file": "notebooks/04_denoising", "sections": [{"file": beside}]}]
    assert listed_files(staged_toc(["04_denoising_experiments"]))[0] == beside


def test_chapters_are_listed_as_their_figures_are_numbered():
    chapters = ["00_data", "template", "02_centre_pixel", "01_images_as_data"]
    assert in_reading_order(chapters) == ["01_images_as_data", "02_centre_pixel", "template", "00_data"]


def run(**facts):
    facts = {"packages": {"numpy": "2.0"}, "python": "3.11", "device": "CPU", "threads": 2, "seconds": 60} | facts
    return Run({"loss": 0.5}, facts, memory=1500, failure="")


def test_versions_are_said_once_or_for_the_chapters_that_have_them():
    runs = {"01_a": run(), "02_b": run(), "03_c": run(packages={"numpy": "2.1"})}
    text = machines_table(runs)
    assert "| [](../notebooks/01_a.ipynb) | CPU | 2 | 1,500 |" in text
    assert "- [](../notebooks/01_a.ipynb), [](../notebooks/02_b.ipynb): Python 3.11, numpy 2.0\n" in text
    assert text.count("numpy") == 2
    del runs["03_c"]
    assert machines_table(runs).endswith("\n\nAll with Python 3.11, numpy 2.0.\n")


def test_reading_time_counts_words_shown_code_and_figures():
    text = new_markdown_cell("word " * 400)
    code = new_code_cell("1\n" * 30)
    folded = new_code_cell("1\n" * 30, metadata={"tags": ["hide-input"], "mystnb": {}})
    assert minutes_to_read(new_notebook(cells=[text])) == 2
    assert minutes_to_read(new_notebook(cells=[text, code, folded])) == 2 + 1 + 0.25
    assert run_note("01_a", {"01_a": run(profile="book")}, [], 23.4).startswith("About 25 minutes to read. ")


def test_a_page_says_that_the_newest_run_failed():
    good = run(profile="book", commit="c0ffee0123")
    runs = {"01_a": good._replace(failure="ZeroDivisionError: division by zero"), COMPARISON: good}
    note = run_note("01_a", runs, ["01_a"], 12)
    assert "The newest run of this notebook failed" in note
    assert "~~~text\nZeroDivisionError: division by zero\n~~~" in note
    assert "at commit `c0ffee0`" in note
    # Also where the failed chapter has no page in this book.
    assert "so it compares their last good ones: `02_b`.\n" in run_note(COMPARISON, runs, ["02_b"], 12)
    assert "failed" not in run_note(COMPARISON, runs, [], 12)
    assert "| 1.0, newest run failed |" in runs_table(runs, {"01_a": [], COMPARISON: []})


def test_claims_of_a_failed_run_are_not_judged(monkeypatch):
    claim = {"id": "a", "sentence": "A", "value": "loss", "operator": "<", "bound": 1, "profiles": ["book"]}
    monkeypatch.setattr(claims, "load_claims", lambda _: [claim])
    good = run(profile="book")
    assert [row["status"] for row in claims.judge("01_a", good)] == ["holds"]
    assert claims.judge("01_a", good._replace(failure="no")) == []


def test_a_notebook_that_was_executed_is_made_clean_again():
    executed = new_notebook(
        metadata={"papermill": {}},
        cells=[
            new_code_cell("x = 2", metadata={"tags": ["injected-parameters"]}),
            new_code_cell("x", outputs=[new_output("stream", text="2")], execution_count=2, metadata={"papermill": {}}),
        ],
    )
    clean = source_of(executed)
    assert [(cell.source, cell.outputs, cell.execution_count) for cell in clean.cells] == [("x", [], None)]
    assert "papermill" not in str(clean)
    assert len(executed.cells) == 2
    assert executed.cells[1].outputs
