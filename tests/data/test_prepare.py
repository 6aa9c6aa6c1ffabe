"""Readers of what packages hold: whole files come out, broken ones are refused by name."""

import gzip
import struct
import zlib

import numpy as np
import pytest

from data.prepare import read_idx, read_qt_resources


def idx(shape, values, kind=b"\x08"):
    return b"\x00\x00" + kind + bytes([len(shape)]) + struct.pack(f">{len(shape)}i", *shape) + bytes(values)


@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_idx_files_come_with_their_shape(tmp_path, suffix):
    content = idx((2, 1, 3), range(6))
    path = tmp_path / f"images{suffix}"
    path.write_bytes(gzip.compress(content) if suffix else content)
    np.testing.assert_array_equal(read_idx(path), np.arange(6).reshape(2, 1, 3))


@pytest.mark.parametrize(
    ("content", "found"), [(idx((2, 2), range(3)), "found 3"), (idx((1,), [0], b"\x0d"), "found header")]
)
def test_other_idx_files_are_refused(tmp_path, content, found):
    (tmp_path / "images").write_bytes(content)
    with pytest.raises(ValueError, match=f"images: expected .*{found}"):
        read_idx(tmp_path / "images")


def resources(version=3, packed=0):
    """A resource file of two pictures, one of them in a folder, and a note that may be compressed."""
    note = b"by Jo" if packed != 1 else struct.pack(">I", 5) + zlib.compress(b"by Jo")
    contents = [b"first", b"second", note]
    names, offsets = b"", []
    for name in ("photos", "a.jpg", "b.jpg", "README"):
        offsets.append(len(names))
        names += struct.pack(">HI", len(name), 0) + name.encode("utf-16-be")
    starts = [sum(4 + len(each) for each in contents[:number]) for number in range(3)]
    data = b"".join(struct.pack(">I", len(each)) + each for each in contents)
    end = b"" if version == 1 else bytes(8)
    nodes = [struct.pack(">IHII", 0, 2, 2, 1), struct.pack(">IHII", offsets[0], 2, 2, 3)]
    nodes += [
        struct.pack(">IHHHI", offsets[name], flags, 0, 1, start)
        for name, flags, start in zip((1, 2, 3), (0, 0, packed), starts, strict=True)
    ]
    tree = end.join([*nodes, b""])
    places = [20, 20 + len(tree), 20 + len(tree) + len(data)]
    return b"qres" + struct.pack(">4I", version, *places) + tree + data + names


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("packed", [0, 1])
def test_qt_resources_come_by_their_place(tmp_path, version, packed):
    (tmp_path / "x.rcc").write_bytes(resources(version, packed))
    expected = {"a.jpg": b"first", "photos/b.jpg": b"second", "photos/README": b"by Jo"}
    assert read_qt_resources(tmp_path / "x.rcc") == expected


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"RIFF" + bytes(40), "one that begins with b'RIFF'"),
        (b"", "one that ends early"),
        (resources()[:60], "one that ends early"),
        (resources(packed=4), "README: expected 5 bytes, as they are or compressed by zlib"),
        (resources(packed=1)[:-60], "one that ends early"),
    ],
)
def test_other_resource_files_are_refused(tmp_path, content, found):
    (tmp_path / "x.rcc").write_bytes(content)
    with pytest.raises(ValueError, match=f"x.rcc: .*{found}"):
        read_qt_resources(tmp_path / "x.rcc")
