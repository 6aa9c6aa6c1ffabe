"""Staging: new wording with the old outputs, only the wanted chapters, no debris."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from stage import in_reading_order, machines_table, merge, staged_toc


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
    files = [entry["file"] for part in staged_toc([])["parts"] for entry in part["chapters"]]
    assert "book/runs" in files
    assert not any(file.startswith("notebooks/") for file in files)


def test_chapters_are_listed_as_their_figures_are_numbered():
    chapters = ["00_data", "template", "02_centre_pixel", "01_images_as_data"]
    assert in_reading_order(chapters) == ["01_images_as_data", "02_centre_pixel", "00_data", "template"]


def test_versions_are_said_once_or_for_the_chapters_that_have_them(tmp_path):
    (tmp_path / "times").mkdir()
    facts = {}
    for chapter, numpy in {"01_a": "2.0", "02_b": "2.0", "03_c": "2.1"}.items():
        (tmp_path / f"times/{chapter}.tsv").write_text("s\tmax_rss\n60\t1500\n")
        provenance = {"packages": {"numpy": numpy}, "python": "3.11", "device": "CPU", "threads": 2}
        facts[chapter] = ({}, provenance, 60)
    text = machines_table(tmp_path, facts)
    assert "| [](../notebooks/01_a.ipynb) | CPU | 2 | 1,500 |" in text
    assert "- [](../notebooks/01_a.ipynb), [](../notebooks/02_b.ipynb): Python 3.11, numpy 2.0\n" in text
    assert text.count("numpy") == 2
    del facts["03_c"]
    assert machines_table(tmp_path, facts).endswith("\n\nAll with Python 3.11, numpy 2.0.\n")
