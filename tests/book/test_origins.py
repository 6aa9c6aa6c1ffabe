"""Figures and tables say which cell made them, at which commit."""

from book.make.origins import with_origins

CELL = (
    '<div class="cell tag_hide-input tag_cell-id-0ab docutils container"><figure><img>'
    "<figcaption>x</figcaption></figure><div>\n<table class='dataframe'></table>\n</div></div>"
)


def test_a_figure_links_to_its_cell_and_its_commit():
    page = with_origins(CELL, "1234567890-dirty")
    assert page.startswith('<div id="cell-0ab" class="cell tag_hide-input docutils container">')
    origin = '<p class="origin">Made by <a href="#cell-0ab">this cell</a>, commit <code>1234567</code> with changes</p>'
    assert page.count(origin) == 2
    linked = with_origins(CELL, "1234567890", "https://repository.invalid/book/")
    assert '<a href="https://repository.invalid/book/commit/1234567890"><code>1234567</code></a></p>' in linked


def test_outside_a_repository_no_commit_is_named():
    assert "commit" not in with_origins(CELL, None)


def test_what_no_cell_made_names_none():
    assert with_origins("<figcaption>x</figcaption>", "1") == "<figcaption>x</figcaption>"
    written = '<div><table class="table"></table></div>'
    assert with_origins(CELL + written, "1").endswith(written)
