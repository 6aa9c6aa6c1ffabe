"""Bundled data: complete, checked, kept apart; and pictures from outside."""

import shutil

import numpy as np
import PIL.Image
import PIL.ImageDraw
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


def digests(images):
    return {data.array_checksum(image) for image in images}


@pytest.mark.parametrize("load", [data.load_digits, data.load_items])
def test_no_test_image_stands_in_the_training_part(load):
    train, test = digests(load("train", DATA)[0]), digests(load("test", DATA)[0])
    assert not train & test


def test_the_leak_test_sees_a_planted_leak():
    train, test = data.load_digits("train", DATA)[0], data.load_digits("test", DATA)[0].copy()
    test[7] = train[3]
    assert digests(train) & digests(test)


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


def test_every_bundled_file_states_its_licence():
    listed = data.bundled_checksums(DATA)
    assert all(entry["licence"] for entry in listed.values())


def drawn_digit(ground, ink, size=(120, 200)):
    picture = PIL.Image.new("L", size, ground)
    PIL.ImageDraw.Draw(picture).line([(60, 30), (60, 150)], fill=ink, width=14)
    return picture


@pytest.mark.parametrize(("ground", "ink"), [(255, 0), (0, 255), (200, 40)])
def test_own_digit_takes_the_form_of_the_bundled_ones(tmp_path, ground, ink):
    path = tmp_path / "one.png"
    drawn_digit(ground, ink).save(path)
    digit = data.load_digit_picture(path)
    assert digit.shape == (28, 28)
    assert digit.dtype == np.uint8
    assert digit[0].max() == 0
    inked = np.flatnonzero(digit.max(axis=1) > 128)
    assert len(inked) == 20
    assert digit.max() == 255


def test_own_digit_is_turned_upright(tmp_path):
    exif = PIL.Image.Exif()
    exif[274] = 6
    drawn_digit(255, 0).transpose(PIL.Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg", exif=exif)
    drawn_digit(255, 0).save(tmp_path / "upright.jpg")
    turned, upright = (data.load_digit_picture(tmp_path / name) for name in ("turned.jpg", "upright.jpg"))
    np.testing.assert_allclose(turned.astype(float), upright, atol=40)


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n broken"])
def test_own_picture_that_is_none_is_refused_by_name(tmp_path, content):
    path = tmp_path / "broken.png"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"broken\.png: expected a picture"):
        data.load_digit_picture(path)


def test_own_picture_cut_short_is_refused_by_name(tmp_path):
    path = tmp_path / "short.png"
    PIL.Image.fromarray(np.random.default_rng(0).integers(0, 255, (99, 99), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ValueError, match=r"short\.png: expected a picture"):
        data.load_digit_picture(path)


def test_empty_or_huge_picture_is_refused(tmp_path):
    PIL.Image.new("L", (50, 50), 90).save(tmp_path / "even.png")
    with pytest.raises(ValueError, match=r"even\.png: expected a digit on an even ground"):
        data.load_digit_picture(tmp_path / "even.png")
    PIL.Image.new("1", (8000, 8000)).save(tmp_path / "huge.png")
    with pytest.raises(ValueError, match=r"huge\.png: expected a picture of at most 50,000,000 pixels"):
        data.load_digit_picture(tmp_path / "huge.png")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.png"):
        data.load_digit_picture(tmp_path / "nowhere.png")
