"""A file is written whole, or what was there stays; what is read is there and of its kind, or refused."""

import numpy as np
import pytest

from pixel_utils import files


def test_files_beside_it_stay_as_they_are(tmp_path):
    for name in ("a.part.txt", "a.txt.part", ".part-a.txt"):
        (tmp_path / name).write_text("the reader's own")

    def write(part):
        # On the same disk, where moving is one step.
        assert part.parent.parent == tmp_path
        part.write_text("new")

    files.write_whole(tmp_path / "a.txt", write)
    assert (tmp_path / "a.txt").read_text() == "new"
    assert {path.read_text() for path in tmp_path.iterdir() if path.name != "a.txt"} == {"the reader's own"}
    assert len(list(tmp_path.iterdir())) == 4


def test_an_error_while_writing_leaves_what_was_there_and_nothing_else(tmp_path):
    (tmp_path / "a.txt").write_text("old")

    def fail(part):
        part.write_text("half")
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        files.write_whole(tmp_path / "a.txt", fail)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "old")]
    with pytest.raises(OSError, match=r"nowhere/a\.txt: expected to write the whole file, found No such file"):
        files.write_whole(tmp_path / "nowhere/a.txt", lambda part: part.write_text("new"))


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    files.write_whole("~/a.txt", lambda part: part.write_text("new"))
    assert files.existing("~/a.txt", "a note") == tmp_path / "a.txt"
    with pytest.raises(ValueError, match=r"^~: expected a note, found a folder"):
        files.existing("~", "a note")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=rf"^b/c: expected a note, found no such file at {tmp_path}/b/c"):
        files.existing("b/c", "a note")


def bare(path):
    with open(path, "wb") as file:
        np.save(file, np.zeros(3))


def spoilt(offset):
    """Change a byte of an archive, or of its directory: a part is encrypted then, or packed in another way."""

    def write(path):
        np.savez_compressed(path, a=np.ones(50))
        content = bytearray(path.read_bytes())
        content[offset if offset > 20 else content.find(b"PK\x01\x02") + 2 + offset] ^= 0x61
        path.write_bytes(content)

    return write


@pytest.mark.parametrize(
    "write",
    [
        lambda path: path.write_text("no archive"),
        lambda path: np.savez(path, a=np.array([{}], object)),
        bare,
        *map(spoilt, (6, 8, 31)),
    ],
)
def test_what_is_no_archive_of_numbers_is_refused_by_name(tmp_path, write):
    write(tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"a\.npz: expected windows, found no NumPy archive of numbers \("):
        files.read_archive(tmp_path / "a.npz", "windows")
