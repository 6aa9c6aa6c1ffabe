"""Bundled data: complete, checked, kept apart."""

import shutil

import numpy as np
import pytest

from pixel_utils import data

DATA = "data"


@pytest.fixture
def copy(tmp_path):
    """A part of the bundled data, to be spoilt."""
    shutil.copytree(f"{DATA}/splits", tmp_path / "splits")
    (tmp_path / "photos").mkdir()
    for name in data.photo_table(DATA).query("split == 'validation'").index:
        shutil.copy(f"{DATA}/{name}", tmp_path / name)
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
        (lambda path: np.savez(path), r"other arrays than the listed ones: \['sealed_images', "),
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
    spoil(copy / "photos/sea8.jpg")
    message = rf"sea8\.jpg: expected bundled data, which python data/prepare\.py makes, found {found}"
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        data.load_photos("validation", copy)


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"checksums\.json"):
        data.load_digits("test", tmp_path / "nowhere")


@pytest.mark.parametrize("load", [data.load_items, data.load_photos, data.load_regions])
def test_unknown_parts_and_splits_are_refused(load):
    with pytest.raises(ValueError, match=r"(part|split): expected one of \['.*'test'.*\], found 'valid'"):
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


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_photos_come_in_one_size_or_whole(split):
    photos, ids = data.load_photos(split, DATA)
    assert {(photo.shape, photo.dtype.name) for photo in photos} == {((360, 720, 3), "uint8")}
    assert ids == sorted(data.photo_table(DATA).query(f"split == '{split}'").index)
    for photo, whole in zip(photos, data.load_photos(split, DATA, whole=True)[0], strict=True):
        top = (len(whole) - 360) // 2
        np.testing.assert_array_equal(photo, whole[top : top + 360])


def test_photos_are_chosen_by_content():
    table = data.photo_table(DATA)
    everything = data.load_photos("test", DATA)[1]
    chosen = {content: data.load_photos("test", DATA, content=content)[1] for content in ("landscape", "other", "town")}
    assert sorted(chosen["landscape"] + chosen["other"]) == everything
    assert set(table.loc[chosen["landscape"], "content"]) == {"landscape"}
    assert set(table.loc[chosen["town"], "content"]) == {"town"}
    assert set(chosen["town"]) < set(chosen["other"])
    with pytest.raises(ValueError, match=r"content: expected one of \['animal', .*'other'.*\], found 'sky'"):
        data.load_photos("test", DATA, content="sky")


LOADERS = [data.load_digits, data.load_items, data.load_photos, data.load_regions]


@pytest.mark.parametrize("load", LOADERS)
def test_the_sealed_part_is_opened_by_make_edition_alone(load, monkeypatch):
    monkeypatch.delenv(data.EDITION, raising=False)
    message = r"(part|split): expected another part: the sealed one is read by make edition alone, found 'sealed'"
    with pytest.raises(ValueError, match=message):
        load("sealed", DATA)
    monkeypatch.setenv(data.EDITION, "1")
    sealed, test = load("sealed", DATA), load("test", DATA)
    assert len(sealed[0]) >= len(test[0])
    assert [type(each) for each in sealed] == [type(each) for each in test]


def test_frames_do_not_show_their_sealed_part(monkeypatch):
    monkeypatch.delenv(data.EDITION, raising=False)
    shut = data.load_frames(DATA)
    monkeypatch.setenv(data.EDITION, "1")
    opened, (regions, names) = data.load_frames(DATA), data.load_regions("sealed", DATA)
    for frame, region in zip(names, regions, strict=True):
        hidden = shut[frame] != opened[frame]
        assert hidden.sum() > 0.9 * region.size
        rows, columns = np.nonzero(hidden)
        place = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert len(np.unique(shut[frame][place])) == 1
        np.testing.assert_array_equal(opened[frame][place], region)


def test_infrared_frames_keep_their_raw_counts(monkeypatch):
    monkeypatch.setenv(data.EDITION, "1")
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
