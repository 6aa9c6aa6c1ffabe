"""What readers take away: notebooks for machines without the book, and links within the book as one file."""

import nbformat
import pytest

from book.make.downloads import ORIGIN_ID, SETUP_ID, hosted_copy, with_origin, within_one_file


def test_the_hosted_copy_fetches_the_book_first():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="first")])
    copy = hosted_copy(notebook, "/some/where")
    nbformat.validate(copy)
    assert [cell.id for cell in copy.cells] == [SETUP_ID, "first"]
    assert "git clone --depth 1 /some/where predicting-pixels" in copy.cells[0].source
    # The module beside the notebook, which is the one of the same state.
    assert copy.cells[0].source.endswith('sys.path.insert(0, "..")')
    assert len(notebook.cells) == 1


@pytest.mark.parametrize("repository", ["", "https://elsewhere.invalid/book"])
def test_a_notebook_without_its_book_says_in_its_first_cell_where_that_is(tmp_path, monkeypatch, repository):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", id="first")])
    copy = with_origin(notebook, repository)
    nbformat.validate(copy)
    assert [cell.id for cell in copy.cells] == [ORIGIN_ID, "first"]
    assert len(notebook.cells) == 1
    code = copy.cells[0].source
    assert "module pixel_utils and its pictures come with" in code
    assert repository in code
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    with pytest.raises(FileNotFoundError, match=r"pixel_utils: expected the module .* found none in .*; see above"):
        exec(code, {})
    (tmp_path / "pixel_utils").mkdir()
    exec(code, {})


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("#here", "#b--here"),
        ("c.html", "#c"),
        ("c.html#there", "#c--there"),
        ("../_sources/b.ipynb", ""),
        ("https://elsewhere.invalid/c.html", "https://elsewhere.invalid/c.html"),
    ],
)
def test_links_stay_within_the_one_file(tmp_path, address, target):
    assert within_one_file(address, "a/b.html", tmp_path, ["a/b.html", "a/c.html"]) == target
