"""New files and folders take the places of older ones all together, wherever the swap is cut off."""

from pathlib import Path

import pytest

from book.make.swap import swap, undo


class Cut(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.fixture
def places(tmp_path):
    """A folder and a file in their places, and newer ones beside them; the function tells what stands where."""
    for name in ("folder", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "inside").write_text(name)
        (tmp_path / f"{name}.ipynb").write_text(name)
    pairs = {tmp_path / "folder": tmp_path / "new", tmp_path / "folder.ipynb": tmp_path / "new.ipynb"}

    def content():
        return (tmp_path / "folder/inside").read_text(), (tmp_path / "folder.ipynb").read_text()

    return pairs, content


@pytest.fixture
def cut_off(monkeypatch):
    """Swap with a renaming that fails, counted from 0."""

    def swap_cut_off(pairs, step, error):
        tried, rename = [], Path.rename

        def fail(path, target):
            tried.append(path)
            if len(tried) == step + 1:
                raise error
            return rename(path, target)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", fail)
            swap(pairs)

    return swap_cut_off


def test_the_new_takes_the_place_of_the_older(places, tmp_path):
    pairs, content = places
    swap(pairs)
    assert content() == ("new", "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "folder.ipynb"]


def test_what_had_no_place_gets_one(tmp_path):
    (tmp_path / "new").touch()
    swap({tmp_path / "a/place": tmp_path / "new"})
    assert (tmp_path / "a/place").exists()


@pytest.mark.parametrize("step", range(6))
def test_a_swap_that_is_killed_is_undone_or_done_but_never_half(places, cut_off, tmp_path, step):
    pairs, content = places
    with pytest.raises(Cut):
        cut_off(pairs, step, Cut())
    undo(list(pairs))
    # Four renamings bring all to their places, two more remove the older ones.
    assert content() == (("folder", "folder") if step < 5 else ("new", "new"))
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".older", ".unwanted")]


@pytest.mark.parametrize("step", range(4))
def test_a_swap_that_fails_leaves_the_older(places, cut_off, step):
    pairs, content = places
    with pytest.raises(OSError, match="read-only"):
        cut_off(pairs, step, OSError("read-only"))
    assert content() == ("folder", "folder")
