"""A file is written whole, or what was there stays, whatever stands beside it."""

import pytest

from pixel_utils import files


def test_files_beside_it_stay_as_they_are(tmp_path):
    for name in ("a.part.txt", "a.txt.part", ".part-a.txt"):
        (tmp_path / name).write_text("the reader's own")
    files.place(tmp_path / "a.txt", lambda part: part.write_text("new"))
    assert (tmp_path / "a.txt").read_text() == "new"
    assert {path.read_text() for path in tmp_path.iterdir() if path.name != "a.txt"} == {"the reader's own"}
    assert len(list(tmp_path.iterdir())) == 4


def test_an_error_while_writing_leaves_what_was_there_and_nothing_else(tmp_path):
    (tmp_path / "a.txt").write_text("old")

    def fail(part):
        part.write_text("half")
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        files.place(tmp_path / "a.txt", fail)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "old")]


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    files.place("~/a.txt", lambda part: part.write_text("new"))
    assert (tmp_path / "a.txt").read_text() == "new"


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(OSError, match=r"nowhere/a\.txt: expected to write the whole file, found No such file"):
        files.place(tmp_path / "nowhere/a.txt", lambda part: part.write_text("new"))
