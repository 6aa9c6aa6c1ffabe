"""Leaks: nothing of one split stands in another, and the tests for it see a planted leak. Licences and kinds."""

import functools
import itertools
import re
from pathlib import Path

import imagehash
import numpy as np
import pandas as pd
import PIL.Image
import pytest
from debian.copyright import Copyright
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage

from pixel_utils import data

DATA = "data"
# Bits of 64 in which the perceptual hashes of two different photos differ at least.
NEAR = 10


@pytest.fixture(autouse=True)
def _opened(monkeypatch):
    """What is sealed is compared with the rest, too."""
    monkeypatch.setenv(data.EDITION, "1")


@pytest.mark.parametrize("load", [data.load_digits, data.load_items])
def test_no_test_image_stands_in_the_training_part_and_none_twice(load):
    digests = [data.array_checksum(image) for part in ("train", "test", "sealed") for image in load(part, DATA)[0]]
    assert len(set(digests)) == len(digests)


@functools.cache
def photo_hashes():
    """The perceptual hash of each bundled photo, by its name."""
    hashes = {}
    for name in data.photo_table(DATA).index:
        with PIL.Image.open(f"{DATA}/{name}") as photo:
            hashes[name] = imagehash.phash(photo)
    return hashes


def leaked_photos(hashes):
    """Pairs of photos in different splits that are equal or nearly so."""
    splits = data.photo_table(DATA)["split"][list(hashes)].to_numpy()
    bits = np.array([each.hash.ravel() for each in hashes.values()])
    near = (bits[:, None] != bits).sum(axis=2) <= NEAR
    names = list(hashes)
    return [{names[a], names[b]} for a, b in np.argwhere(near) if splits[a] != splits[b]]


def test_no_photo_stands_in_two_splits():
    assert leaked_photos(photo_hashes()) == []


@pytest.mark.parametrize("disguise", ["copy", "smaller and brighter", "compressed again"])
def test_a_planted_photo_is_seen(tmp_path, disguise):
    table = data.photo_table(DATA)
    source, target = table.index[table["split"] == "train"][4], table.index[table["split"] == "test"][2]
    with PIL.Image.open(f"{DATA}/{source}") as photo:
        if disguise == "smaller and brighter":
            photo = photo.resize((700, 350)).point(lambda value: min(255, value + 20))
        photo.save(tmp_path / "photo.jpg", quality=40 if disguise == "compressed again" else 95)
    with PIL.Image.open(tmp_path / "photo.jpg") as planted:
        assert {source, target} in leaked_photos(photo_hashes() | {target: imagehash.phash(planted)})


def test_a_series_stays_in_one_split():
    table = data.photo_table(DATA)
    assert len(table[["series", "split"]].drop_duplicates()) == table["series"].nunique()
    assert table["series"].duplicated().sum() > 20
    collections = ["morguefile", "unsplash", "NASA", "USGS", "Library of Congress", "anonymous"]
    people = table[~table["author"].isin(collections)]
    assert people[["author", "series"]].drop_duplicates()["author"].is_unique


def test_every_photo_file_is_listed_and_each_part_has_its_share():
    table = data.photo_table(DATA)
    assert set(table.index) == {f"photos/{name}" for name in data.bundled_checksums(DATA)["photos"]["files"]}
    assert table.notna().all(axis=None)
    kinds = pd.crosstab(table["content"].eq("landscape"), table["split"])
    assert len(table) >= 400
    assert (kinds[["test", "sealed"]] >= 30).all(axis=None)
    assert kinds.loc[False].sum() >= 140


# Whose stanza names a collection of which the picture is not; the picture itself, or its EXIF note, says whose it is.
NAMED_BY_CONTENT = {f"photos/canyon0{number}.jpg" for number in range(1, 6)} | {
    f"photos/loc{number}.jpg" for number in range(3)
}
NAMES = {"public-domain": "public domain", "public domain": "public domain", "CC0-1.0": "CC0 1.0", "GPL-2+": "GPL-2+"}


def licence_name(written):
    """A licence as the table of photos writes it, from what a package writes."""
    return NAMES.get(written, NAMES.get(written.lower(), re.sub("-(?=[0-9])", " ", written).replace("CC-", "CC ")))


def readme_licences(text):
    """Licence and author of each file that GCompris' READMEs name, by the file's place."""
    found = {}
    for folder, readme in re.findall(r"!(\S+)/README:\n(.*?)(?=\n\nusr/share/\S+!|\Z)", text, re.DOTALL):
        for stanza in re.split(r"\n\s*\n", readme):
            fields = dict(re.findall(r"^(Copyright|License): *(.*)$", stanza, re.MULTILINE))
            listed = re.search(r"^Files:((?:\s+\S+\.\w+)+)", stanza, re.MULTILINE)
            for name in listed[1].split() if listed else ():
                found[f"{folder}/{name}"] = licence_name(fields["License"]), fields["Copyright"]
    return found


def documented_licences(package, rows):
    """The licence of each photo of a package by the package's own documents, and who is named with it."""
    text = Path(f"{DATA}/licences/{package}.txt").read_text(encoding="utf-8")
    if rows["path"].str.contains("!").all():
        found = readme_licences(text)
        return [found[path.split("!")[1]] for path in rows["path"]]
    stanzas = Copyright(text.splitlines())
    # As the packages' sources name the folders of what they install.
    sources = {"backgrounds": "16.04", "backgrounds/mate/nature": "nature", "tuxpaint/templates": "templates"}
    sources["games/endless-sky/images/land"] = "images/land"
    names = [path.removeprefix("usr/share/").rpartition("/") for path in rows["path"]]
    found = [stanzas.find_files_paragraph(f"{sources[folder]}/{name}") for folder, _, name in names]
    named = [f"{stanza.copyright} {stanza.license.text}" for stanza in found]
    named = [each.replace("morgue-file", "morguefile").replace('"', "") for each in named]
    return [(licence_name(stanza.license.synopsis), each) for stanza, each in zip(found, named, strict=True)]


@pytest.mark.parametrize("package", sorted(data.photo_table(DATA)["package"].unique()))
def test_each_photo_has_the_licence_that_its_package_states(package):
    rows = data.photo_table(DATA).query(f"package == '{package}'")
    licences, authors = zip(*documented_licences(package.split()[0], rows), strict=True)
    assert licences == tuple(rows["licence"])
    for name, author, documented in zip(rows.index, rows["author"], authors, strict=True):
        # A collection is named in the text of its licence; a person stands among those of the stanza.
        assert all(part in documented for part in author.split(", ")) or name in NAMED_BY_CONTENT, name
    assert set(rows["licence"]) <= {"public domain", "CC0 1.0", "GPL-2+"} | {
        f"CC {kind} {version}" for kind in ("BY", "BY-SA") for version in ("2.0", "3.0", "4.0")
    }


def test_what_is_in_doubt_is_left_out():
    names = data.photo_table(DATA).query("licence == 'public domain' and package.str.startswith('endless')").index
    assert not [name for name in names if "-" in name], "a contributor's name: his stanza says CC BY-SA"


def looks_like_a_photo(picture):
    """As sharp and as rich in colours as what is bundled: not enlarged, not drawn."""
    grey = np.asarray(picture.convert("L"), float)
    colours = len(picture.convert("RGB").getcolors(picture.width * picture.height))
    return ndimage.laplace(grey).var() >= 18 and colours >= 6900


def test_photos_are_720_wide_and_neither_enlarged_nor_drawn():
    for name in data.photo_table(DATA).index:
        with PIL.Image.open(f"{DATA}/{name}") as photo:
            assert photo.width == 720
            assert photo.height >= 360
            assert looks_like_a_photo(photo), name
    with PIL.Image.open(f"{DATA}/photos/sea0.jpg") as photo:
        assert not looks_like_a_photo(photo.resize((144, 72)).resize((720, 360), PIL.Image.Resampling.BICUBIC))
        assert not looks_like_a_photo(photo.quantize(64))


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
    assert ("isaac", "train", "sealed") in overlaps(regions)


def shared_windows(regions, others, size=31):
    """How many windows of some regions, side by side, stand anywhere in others."""

    def hashes(regions, step):
        views = (sliding_window_view(region, (size, size))[::step, ::step] for region in regions)
        return {hash(window.tobytes()) for view in views for row in view for window in row}

    return len(hashes(regions, size) & hashes(others, 1))


def test_no_window_of_one_split_stands_in_another_and_a_planted_one_is_seen():
    splits = [data.load_regions(split, DATA)[0] for split in ("train", "validation", "test", "sealed")]
    frames, region = data.load_regions("unseen", DATA)[0], splits[0][0]
    for a, b in [*itertools.permutations(splits, 2), *((frames, split) for split in splits)]:
        assert a
        assert shared_windows(a, b) == 0
    assert shared_windows([region[100:180, 103:190]], [region]) > 0
