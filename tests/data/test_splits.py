"""Leaks: nothing of one split stands in another, and the tests for it see a planted leak."""

import itertools
import shutil
from pathlib import Path

import imagehash
import pandas as pd
import PIL.Image
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from pixel_utils import data

DATA = "data"
# Bits of 64 in which the perceptual hashes of two different photos differ at least.
NEAR = 10


@pytest.mark.parametrize("load", [data.load_digits, data.load_items])
def test_no_test_image_stands_in_the_training_part_and_none_twice(load):
    digests = [data.array_checksum(image) for part in ("train", "test") for image in load(part, DATA)[0]]
    assert len(set(digests)) == len(digests)


def leaked_photos(folder):
    """Pairs of photos in different splits that are equal or nearly so."""
    table = data.photo_table(folder)
    hashes = {}
    for name in table.index:
        with PIL.Image.open(folder / name) as photo:
            hashes[name] = imagehash.phash(photo)
    pairs = itertools.combinations(table.index, 2)
    return [(a, b) for a, b in pairs if table["split"][a] != table["split"][b] and hashes[a] - hashes[b] <= NEAR]


def test_no_photo_stands_in_two_splits():
    assert leaked_photos(Path(DATA)) == []


@pytest.mark.parametrize("disguise", ["copy", "smaller and brighter", "compressed again"])
def test_a_planted_photo_is_seen(tmp_path, disguise):
    for name in ("photos", "photos_other", "splits"):
        shutil.copytree(f"{DATA}/{name}", tmp_path / name)
    table = data.photo_table(tmp_path)
    source, target = table.index[table["split"] == "train"][4], table.index[table["split"] == "test"][2]
    with PIL.Image.open(tmp_path / source) as photo:
        if disguise == "smaller and brighter":
            photo = photo.resize((700, 350)).point(lambda value: min(255, value + 20))
        photo.save(tmp_path / target, quality=40 if disguise == "compressed again" else 95)
    assert {source, target} in map(set, leaked_photos(tmp_path))


def test_a_series_stays_in_one_split():
    table = data.photo_table(DATA)
    assert len(table[["series", "split"]].drop_duplicates()) == table["series"].nunique()
    assert table["series"].duplicated().sum() > 20


def test_every_photo_file_is_listed_and_public_domain():
    table = data.photo_table(DATA)
    checksums = data.bundled_checksums(DATA)
    bundled = {f"{folder}/{name}" for folder in ("photos", "photos_other") for name in checksums[folder]["files"]}
    assert set(table.index) == bundled
    assert set(table["licence"][table["split"] != "other"]) == {"public domain"}
    assert set(table["licence"][table["split"] == "other"]) <= {"public domain", "CC0 1.0", "CC BY 2.0"}


def test_the_packages_copyright_file_says_public_domain_for_every_photo():
    from debian.copyright import Copyright

    with open(f"{DATA}/licences/endless-sky-data.txt", encoding="utf-8") as file:
        stanzas = Copyright(file)
    table = data.photo_table(DATA)
    for name in table.index[table["split"] != "other"]:
        stanza = stanzas.find_files_paragraph(f"images/land/{name.removeprefix('photos/')}")
        assert stanza.license.synopsis == "public-domain", name
        assert "-" not in name, f"{name} carries a contributor's name, whose pictures are under CC BY-SA"
    assert stanzas.find_files_paragraph("images/land/bwerner0.jpg").license.synopsis == "CC-BY-SA-3.0"


def overlaps(regions, gap=31):
    """Pairs of regions of one frame that are not more than ``gap`` pixels apart."""
    close = []
    for _, frame in regions.groupby("frame"):
        for a, b in itertools.combinations(frame.itertuples(), 2):
            rows = max(a.row_start, b.row_start) - min(a.row_stop, b.row_stop)
            columns = max(a.column_start, b.column_start) - min(a.column_stop, b.column_stop)
            if max(rows, columns) <= gap:
                close.append((a.frame, a.split, b.split))
    return close


def test_regions_keep_their_distance_and_one_moved_too_close_is_seen():
    regions = pd.read_csv(f"{DATA}/splits/regions.csv")
    assert overlaps(regions) == []
    assert set(regions["split"][regions["frame"].str.startswith("flir")]) == {"unseen"}
    assert set(regions["frame"][regions["split"] == "train"]) == {"isaac", "goes8"}
    regions.loc[regions["split"] == "train", "column_stop"] += 5
    assert ("isaac", "train", "validation") in overlaps(regions)


def shared_windows(regions, others, size=31):
    """How many windows of some regions, side by side, stand anywhere in others."""

    def hashes(regions, step):
        views = (sliding_window_view(region, (size, size))[::step, ::step] for region in regions)
        return {hash(window.tobytes()) for view in views for row in view for window in row}

    return len(hashes(regions, size) & hashes(others, 1))


def test_no_window_of_one_split_stands_in_another_and_a_planted_one_is_seen():
    splits = [data.load_regions(split, DATA)[0] for split in ("train", "validation", "test")]
    frames, region = data.load_regions("unseen", DATA)[0], splits[0][0]
    for a, b in [*itertools.permutations(splits, 2), *((frames, split) for split in splits)]:
        assert a
        assert shared_windows(a, b) == 0
    assert shared_windows([region[100:180, 103:190]], [region]) > 0
