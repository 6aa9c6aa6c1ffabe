"""Figures and tables say which cell made them, at which commit."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest
from docutils import nodes
from docutils.utils import new_document

from book._ext.book_cells import TWO_HEADER_ROWS, name_cells, one_header_row

TABLE = (
    '<div><table border="1" class="dataframe"><thead><tr><th></th><th>MSE</th></tr>'
    "<tr><th>method</th><th></th></tr></thead></table>\n</div>"
)


def named(commit, repository=""):
    """Return a page of one cell with a figure and a table, as Sphinx hands it over, after the cells are named."""
    document = new_document("page")
    figure = nodes.figure("", nodes.image(uri="a.png"), nodes.caption("", "x"))
    cell = nodes.container("", figure, nodes.raw("", TABLE, format="html"), classes=["cell", "tag_cell-id-0ab"])
    document += [cell, nodes.raw("", TABLE, format="html")]
    theme = {"repository_url": repository}
    config = SimpleNamespace(commits={"notebooks/one": commit}, html_theme_options=theme)
    name_cells(SimpleNamespace(config=config), document, "notebooks/one")
    return document


def test_a_figure_and_a_table_link_to_their_cell_and_its_commit():
    cell, written = named("1234567890-dirty")
    origin = (
        '<details class="origin"><summary title="What made this">i</summary>'
        '<p>Made by <a href="#cell-0ab">this cell</a>, commit <code>1234567</code> with changes</p></details>'
    )
    figure, table = cell
    assert (cell["ids"], cell["classes"]) == (["cell-0ab"], ["cell"])
    assert figure[-1].astext() == origin
    assert table.astext().endswith(f"</table>{origin}\n</div>")
    assert written.astext() == TABLE


@pytest.mark.parametrize(
    ("commit", "repository", "said"),
    [
        ("1234567890", "https://repository.invalid/book/", ", commit <a href="),
        ("1234567890", "https://repository.invalid/book/", "invalid/book/commit/1234567890"),
        (None, "https://repository.invalid/book/", "this cell</a></p>"),
    ],
)
def test_a_commit_is_a_link_where_there_is_a_repository(commit, repository, said):
    assert said in named(commit, repository)[0][0][-1].astext()


def header_of(table):
    """Return a table's head and the rest of it, as they stand on a page."""
    return TWO_HEADER_ROWS.sub(one_header_row, table.to_html()).split("<tbody>")


@pytest.mark.parametrize("index", [["method"], ["method", "seed"]])
def test_tables_get_one_header_row(index):
    table = pd.DataFrame({"method": ["x", "y"], "seed": [0, 1], "a": [0.5, 0.25], "b": [1, 2]}).set_index(index)
    head, body = header_of(table)
    assert re.findall("<th>(.*?)</th>", head) == [*index, *table.columns]
    assert head.count("<tr") == 1
    assert body == table.to_html().split("<tbody>")[1]


def test_header_rows_that_do_not_fit_into_one_are_kept():
    table = pd.DataFrame({("error", "mean"): [1], ("error", "worst"): [2]}).rename_axis("method")
    assert header_of(table)[0].count("<tr") == table.to_html().split("<tbody>")[0].count("<tr") > 1
