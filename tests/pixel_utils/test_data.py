"""Bundled data: complete, checked, kept apart."""

import shutil

import numpy as np
import pytest

from pixel_utils import data

DATA = "data"


@pytest.fixture
def copy(tmp_path):
    """A part of the bundled data, to be spoilt."""
    for name in ("photos_other", "splits"):
        shutil.copytree(f"{DATA}/{name}", tmp_path / name)
    for name in ("digits.npz", "checksums.json"):
        shutil.copy(f"{DATA}/{name}", tmp_path)
    return tmp_path


@pytest.mark.parametrize("load", [data.load_digits, data.load_items])
@pytest.mark.parametrize(("part", "count"), [("train", 20_000), ("test", 4_000)])
def test_bundled_images_are_complete(load, part, count):
    images, labels, rows = load(part, DATA)
    assert (images.shape, images.dtype) == ((count, 28, 28), np.uint8)
    assert (images.min(), images.max()) == (0, 255)
    assert set(labels) == set(range(10))
    assert len(set(rows)) == count


def flip_a_bit(path):
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays["test_images"][5, 3, 3] ^= 1
    np.savez(path, **arrays)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (flip_a_bit, r"other arrays than the listed ones: \['test_images'\]"),
        (lambda path: path.write_bytes(path.read_bytes()[:100_000]), "no NumPy archive"),
        (lambda path: np.savez(path, test_images=np.array([{"a": 1}], dtype=object)), "no NumPy archive.*Object"),
        (lambda path: np.savez(path), r"other arrays than the listed ones: \['test_images', "),
        (lambda path: path.unlink(), "no such file"),
    ],
)
def test_spoilt_arrays_are_refused_with_file_and_mending(copy, spoil, found):
    spoil(copy / "digits.npz")
    message = rf"digits\.npz: expected bundled data, which python data/prepare\.py makes, found {found}"
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        data.load_digits("test", copy)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), "another file than the listed one"),
        (lambda path: path.unlink(), "no such file"),
    ],
)
def test_a_spoilt_photo_is_refused_with_file_and_mending(copy, spoil, found):
    spoil(copy / "photos_other/coffee.png")
    message = rf"coffee\.png: expected bundled data, which python data/prepare\.py makes, found {found}"
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        data.load_photos("other", copy)


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"checksums\.json"):
        data.load_digits("test", tmp_path / "nowhere")


@pytest.mark.parametrize("load", [data.load_items, data.load_photos, data.load_regions])
def test_unknown_parts_and_splits_are_refused(load):
    with pytest.raises(
        ValueError, match=r"(part: expected 'train' or 'test'|split: expected one of .*), found 'valid'"
    ):
        load("valid", DATA)


def test_checksum_depends_on_values_shape_and_type_not_on_byte_order():
    array = np.arange(6, dtype="<i4")
    others = [array.reshape(2, 3), array.astype("<i8"), array[::-1]]
    assert data.array_checksum(array) == data.array_checksum(array.astype(">i4"))
    assert data.array_checksum(array) not in map(data.array_checksum, others)
    with pytest.raises(ValueError, match="expected numbers or text of a fixed length, found dtype object"):
        data.array_checksum(np.array(["a", "b"], dtype=object))


def test_every_bundled_file_states_its_licence():
    assert all(entry["licence"] for entry in data.bundled_checksums(DATA).values())


def test_bundled_photos_are_the_public_domain_ones_at_full_size():
    counts = {}
    for split in ("train", "validation", "test"):
        photos, ids = data.load_photos(split, DATA)
        assert {(photo.shape, photo.dtype.name) for photo in photos} == {((360, 720, 3), "uint8")}
        counts[split] = len(ids)
    assert sum(counts.values()) == 181
    assert counts["test"] == counts["validation"] == 181 // 8


def test_pictures_of_other_content_are_a_set_of_their_own():
    photos, ids = data.load_photos("other", DATA)
    assert len(photos) == len(ids) >= 6
    assert all(name.startswith("photos_other/") for name in ids)
    assert min(min(photo.shape[:2]) for photo in photos) >= 300


def test_infrared_frames_keep_their_raw_counts():
    frames = data.load_frames(DATA)
    assert {name: frame.shape for name, frame in frames.items()} == {
        "isaac": (1024, 1024),
        "goes8": (400, 1800),
        **{f"flir_a{number}": (512, 640) for number in range(7)},
        "flir_b0": (240, 320),
    }
    assert {frame.dtype for frame in frames.values()} == {np.dtype(np.uint16)}
    assert (frames["goes8"].min(), frames["goes8"].max()) == (1632, 12000)
    assert (frames["flir_a0"].min(), frames["flir_a0"].max()) == (2623, 2739)
    np.testing.assert_allclose(np.percentile(frames["isaac"], [1, 50, 99]), [283, 368, 939], atol=1.5)


def test_regions_are_cut_from_the_frames():
    frames = data.load_frames(DATA)
    regions, ids = data.load_regions("test", DATA)
    assert ids == ["isaac", "goes8"]
    np.testing.assert_array_equal(regions[0], frames["isaac"][:, 896:])
    assert data.load_regions("unseen", DATA)[1] == [name for name in frames if name.startswith("flir")]
