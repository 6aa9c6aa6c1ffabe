"""The notebooks that readers take away: readable without extensions, and for students without solutions."""

import re

import nbformat
import pytest

from book.make.paths import NOTEBOOKS, all_notebooks, kind_of
from book.make.plain_copies import glued_values, plain, student_copy, with_plain_text

EXERCISES = [name for name in all_notebooks() if kind_of(name) == "exercises"]
VALUES = {"mae": "1.23456", "best": "two filters"}
NAMES = {
    "eq-mean": "(4.1)",
    "fig-04-x": "Fig. 4.2",
    "ex-04-x": "Exercise 4.3",
    "fails-04": "Where it fails",
    "keys1981cubic": "Keys, 1981",
    "duchon1979lanczos": "Duchon, 1979",
}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It misses {glue:text}`mae:.2f` with {glue:text}`best`.", "It misses 1.23 with two filters."),
        ("In {constant}`95 %` of {term}`autoencoders`", "In 95 % of autoencoders"),
        ("{cite}`keys1981cubic,duchon1979lanczos`", "[Keys, 1981; Duchon, 1979]"),
        ("by {eq}`eq-mean` in {numref}`fig-04-x`", "by (4.1) in Fig. 4.2"),
        ("{ref}`there <fails-04>` or {ref}`fails-04`", "there or Where it fails"),
        ("[tell]{#obj-04-x}, as [told](#obj-04-x), [said](fails-04)", "tell, as told, said"),
        ("[the data](../data/README.md)", "[the data](../data/README.md)"),
        ("(fails-04)=\n## Where it fails", "## Where it fails"),
        ("$$\ny\n$$\n\n$$\nx = 1\n$$ (eq-mean)", "$$\ny\n$$\n\n$$\nx = 1\n\\tag{4.1}\n$$"),
        ("$x$ and\n\n$$\ny\n$$", "$x$ and\n\n$$\ny\n$$"),
        ("```{admonition} Note\n:class: tip\nTwo\n\nlines\n```", "> **Note**\n>\n> Two\n>\n> lines"),
        ("````{admonition} In it\n```{include} run.md\n```\n````", "> **In it**\n>\n> It took 1.2 s."),
        (
            "```{exercise-start} A deal (easy)\n:label: ex-04-x\n```\n\nDeal.",
            "### Exercise 4.3: A deal (easy)\n\nDeal.",
        ),
        ("```{exercise-end}\n```\n\n```{solution-start} ex-04-x\n:class: dropdown\n```", "#### Solution"),
        ("```{table}\n:class: claims\n\n| a |\n| --- |\n```", "| a |\n| --- |"),
        ("```\nmake try\n```", "```\nmake try\n```"),
    ],
)
def test_text_reads_well_without_extensions(tmp_path, text, read):
    (tmp_path / "run.md").write_text("It took {glue:text}`mae:.1f` s.\n", encoding="utf-8")
    assert plain(text, VALUES, NAMES, tmp_path) == read


def test_a_picture_comes_along(tmp_path):
    (tmp_path / "x.png").write_bytes(b"picture")
    figure = "```{figure} x.png\n:name: fig-04-x\n:alt: A digit.\n\nThe first, {glue:text}`mae:.0f`.\n```"
    read = plain(figure, VALUES, NAMES, tmp_path)
    assert read == "![A digit.](data:image/png;base64,cGljdHVyZQ==)\n\n*Fig. 4.2: The first, 1.*"


@pytest.mark.parametrize("text", ["{unknown}`x`", "```{unknown} x\n```", "{glue:text}`nothing:.1f`", "{eq}`eq-none`"])
def test_what_has_no_form_is_refused(tmp_path, text):
    with pytest.raises(KeyError):
        plain(text, VALUES, NAMES, tmp_path)


def test_values_come_from_a_run_and_empty_cells_go():
    scrap = {"scrapbook": {"name": "mae", "mime_prefix": "application/papermill.record/"}}
    data = {"application/papermill.record/text/plain": "1.5"}
    output = nbformat.v4.new_output("display_data", data=data, metadata=scrap)
    code = nbformat.v4.new_code_cell("1", outputs=[output, nbformat.v4.new_output("stream", text="seen")])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("(mark)="), code])
    assert glued_values(notebook) == {"mae": "1.5"}
    assert [cell.cell_type for cell in with_plain_text(notebook, lambda text: "").cells] == ["code"]
    assert len(notebook.cells) == 2


@pytest.mark.parametrize("name", EXERCISES)
def test_students_get_every_stub_and_check_and_no_solution(name):
    whole = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    student = student_copy(whole)

    def tagged(notebook, tag):
        return [cell.id for cell in notebook.cells if tag in cell.metadata.get("tags", [])]

    assert tagged(whole, "solution")
    assert not [*tagged(student, "solution"), *tagged(student, "answer")]
    for kind in ("stub", "check"):
        assert tagged(student, kind) == tagged(whole, kind)
    texts = "\n".join(cell.source for cell in student.cells)
    assert "{solution-start}" not in texts
    assert len(re.findall(r"\{exercise-start\}", texts)) == len(tagged(whole, "stub"))
    nbformat.validate(student)
