"""Bundled data: complete, checked, kept apart."""

import shutil

import numpy as np
import pytest

from pixel_utils import data

DATA = "data"


@pytest.fixture
def copy(tmp_path):
    for name in ("digits.npz", "checksums.json"):
        shutil.copy(f"{DATA}/{name}", tmp_path)
    return tmp_path


@pytest.mark.parametrize("load", [data.load_digits, data.load_items])
@pytest.mark.parametrize(("part", "count"), [("train", 20_000), ("test", 4_000)])
def test_bundled_images_are_complete(load, part, count):
    images, labels, rows = load(part, DATA)
    assert images.shape == (count, 28, 28)
    assert images.dtype == np.uint8
    assert (images.min(), images.max()) == (0, 255)
    assert set(labels) == set(range(10))
    assert len(set(rows)) == count


def test_changed_value_is_refused_with_file_and_mending(copy):
    with np.load(copy / "digits.npz") as archive:
        arrays = dict(archive)
    arrays["test_images"][5, 3, 3] ^= 1
    np.savez(copy / "digits.npz", **arrays)
    with pytest.raises(ValueError, match=r"digits\.npz: array test_images has SHA-256 .* python data/prepare\.py"):
        data.load_digits("test", copy)


def test_truncated_file_is_refused_by_name(copy):
    path = copy / "digits.npz"
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(ValueError, match=r"digits\.npz: expected a NumPy archive, .* python data/prepare\.py"):
        data.load_digits("test", copy)


def test_missing_array_is_refused(copy):
    np.savez(copy / "digits.npz", test_images=np.zeros((1, 28, 28), np.uint8))
    with pytest.raises(ValueError, match=r"digits\.npz: expected arrays .* found \['test_images'\]"):
        data.load_digits("test", copy)


def test_pickled_objects_are_refused(copy):
    np.savez(copy / "digits.npz", test_images=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match=r"digits\.npz"):
        data.load_digits("test", copy)


def test_missing_file_is_refused_by_name(copy):
    (copy / "digits.npz").unlink()
    with pytest.raises(FileNotFoundError, match=r"digits\.npz: .* python data/prepare\.py"):
        data.load_digits("test", copy)


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"checksums\.json"):
        data.load_digits("test", tmp_path / "nowhere")


def test_unknown_part_is_refused():
    with pytest.raises(ValueError, match="expected 'train' or 'test', found 'valid'"):
        data.load_items("valid", DATA)


def test_checksum_depends_on_values_shape_and_type_not_on_byte_order():
    array = np.arange(6, dtype="<i4")
    assert data.array_checksum(array) == data.array_checksum(array.astype(">i4"))
    assert data.array_checksum(array) != data.array_checksum(array.reshape(2, 3))
    assert data.array_checksum(array) != data.array_checksum(array.astype("<i8"))
    assert data.array_checksum(array) != data.array_checksum(array[::-1])


def test_python_objects_have_no_checksum():
    with pytest.raises(ValueError, match="expected numbers or text of a fixed length, found dtype object"):
        data.array_checksum(np.array(["a", "b"], dtype=object))


def test_every_bundled_file_states_its_licence():
    listed = data.bundled_checksums(DATA)
    assert all(entry["licence"] for entry in listed.values())


def test_bundled_photos_are_the_public_domain_ones_at_full_size():
    counts = {}
    for split in ("train", "validation", "test"):
        photos, ids = data.load_photos(split, DATA)
        assert {photo.shape for photo in photos} == {(360, 720, 3)}
        assert {photo.dtype for photo in photos} == {np.dtype(np.uint8)}
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


@pytest.mark.parametrize("load", [data.load_photos, data.load_regions])
def test_unknown_split_is_refused(load):
    with pytest.raises(ValueError, match=r"split: expected one of .* found 'valid'"):
        load("valid", DATA)


@pytest.fixture
def copied_photos(tmp_path):
    for name in ("photos_other", "splits"):
        shutil.copytree(f"{DATA}/{name}", tmp_path / name)
    shutil.copy(f"{DATA}/checksums.json", tmp_path)
    return tmp_path


def test_changed_photo_is_refused_with_file_and_mending(copied_photos):
    path = copied_photos / "photos_other/coffee.png"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ValueError, match=r"photos_other/coffee\.png: has SHA-256 .* python data/prepare\.py"):
        data.load_photos("other", copied_photos)


def test_missing_photo_is_refused_with_file_and_mending(copied_photos):
    (copied_photos / "photos_other/coffee.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"coffee\.png: expected bundled data, .* python data/prepare\.py"):
        data.load_photos("other", copied_photos)
