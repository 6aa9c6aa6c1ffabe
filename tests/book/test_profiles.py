"""What a profile sets is understood, or refused before anything runs."""

import json
import os

import numpy as np
import PIL.Image
import pytest
import yaml

from book.make import paths, profiles
from book.make.paths import TEMPLATE, all_chapters

PARAMETERS = """
profile: str = "book"
seed: int = 0
rate: float = 0.1
names: list[str] = ["a"]
boxes: list[list[int]] = [[1, 2]]
loud: bool = False
picture: str = ""
"""
OPENS = """
if picture:
    with open(picture) as file:
        if file.read() != "good":
            raise ValueError(f"{picture}:\\nexpected good")
"""


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A folder with one notebook; return a function that writes its profiles and reads one of them."""
    monkeypatch.setattr(profiles, "ROOT", tmp_path)
    for module in (profiles, paths):
        monkeypatch.setattr(module, "NOTEBOOKS", tmp_path / "notebooks")
    (tmp_path / "notebooks/profiles").mkdir(parents=True)
    cells = [("parameters", PARAMETERS), ("own-files", OPENS), ("no-tag", "raise AssertionError")]
    cells = [{"cell_type": "code", "metadata": {"tags": [tag]}, "source": text} for tag, text in cells]
    for name in ("02_second", "01_first"):
        (tmp_path / f"notebooks/{name}.ipynb").write_text(json.dumps({"cells": cells}))

    def read(content, profile="book"):
        (tmp_path / "notebooks/profiles/01_first.yml").write_text(content, encoding="utf-8")
        return profiles.profile_parameters("01_first", profile)

    return read


def test_a_profile_gives_its_parameters_and_its_name(book):
    assert book("book: {}\nsmoke:\n  seed: 3\n", "smoke") == {"profile": "smoke", "seed": 3}
    assert book("book:\nsmoke:\n  seed: 3\n") == {"profile": "book"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"expected one of the profiles \[\], found 'book'"),
        ("smoke: {}", r"expected one of the profiles \['smoke'\], found 'book'"),
        ("book: {}\npicture: a.png", r"expected the profiles .* at the beginning of lines, found \['picture'\]; a par"),
        ("book: {}\npicture:\n", r"found \['picture'\]; a parameter stands below its profile"),
        ("book:\n  seed: 1\nseeds: [1]", r"found \['seeds'\]"),
        ("book:\n  seed: 1\nbook: {}", r"found twice: \['book'\]"),
        ("book:\n  seed: 1\n  seed: 2", r"found twice: \['seed'\]"),
        ("book: a.png", "book: expected parameters and their values, found 'a.png'"),
        ("book:\n  out_dir: a\n  profile: smoke", r"found \['out_dir', 'profile'\], which the build sets by itself"),
        ("- book", r"expected the profiles .*, found \['book'\]"),
        ("book", r"expected the profiles .*, found 'book'"),
        ("book: [", "expected profiles in YAML, found something else: "),
        ("book:\n  picture: C:\\a: b.png\n", "expected profiles in YAML, found something else: "),
    ],
)
def test_what_is_no_profile_is_refused_with_its_file(book, content, message):
    with pytest.raises(SystemExit, match=rf"(?s)profiles/01_first\.yml: .*{message}"):
        book(content)


def test_missing_notebooks_and_profiles_are_named(book, tmp_path):
    with pytest.raises(SystemExit, match=r"^chapter: expected one of \['01_first', '02_second'\], found '03_third'$"):
        profiles.profile_parameters("03_third", "book")
    with pytest.raises(SystemExit, match=r"02_second\.yml: expected the profiles of the chapter, found no such file$"):
        profiles.profile_parameters("02_second", "book")


@pytest.mark.parametrize("name", ["a.png", "{1} 'x' #2 100%.png", "\u00e4 \u00f6.png", "[b]/c.png"])
@pytest.mark.parametrize("start", ["", "notebooks", "~", "/"])
def test_a_path_is_understood_wherever_it_starts(book, tmp_path, monkeypatch, name, start):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file = {"": tmp_path, "/": tmp_path / "else", "~": tmp_path / "home"}.get(start, tmp_path / start) / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    written = {"": name, "notebooks": name, "~": f"~/{name}", "/": str(file)}[start]
    found = book(json.dumps({"book": {"picture": written}}))["picture"]
    assert os.path.samefile(tmp_path / "notebooks" / os.path.expanduser(found), file)


def test_a_path_that_leads_to_two_files_is_refused(book, tmp_path):
    for folder in (tmp_path, tmp_path / "notebooks"):
        (folder / "a.png").touch()
    with pytest.raises(SystemExit, match=r"01_first\.yml: picture: expected one file, found .*notebooks/a\.png and /"):
        book("book:\n  picture: a.png\n")


TYPES = [
    ({"seeds": 1}, r"undeclared parameters \['seeds'\]; 01_first\.ipynb declares \['boxes', 'loud', .*'seed'\]"),
    ({"seed": "0"}, r"seed: expected int, found '0' \(str\)"),
    ({"seed": True}, r"seed: expected int, found True \(bool\)"),
    ({"seed": 1.0}, r"seed: expected int, found 1\.0 \(float\)"),
    ({"seed": None}, r"seed: expected int, found None \(NoneType\)"),
    ({"rate": float("nan")}, r"rate: expected float, found nan \(float\)"),
    ({"rate": "eight"}, r"rate: expected float, found 'eight' \(str\)"),
    ({"names": "abc"}, r"names: expected list\[str\], found 'abc' \(str\)"),
    ({"names": ["a", 1]}, r"names: expected list\[str\], found \['a', 1\] \(list\)"),
    ({"boxes": [1, 2]}, r"boxes: expected list\[list\[int\]\], found \[1, 2\] \(list\)"),
    ({"loud": 1}, r"loud: expected bool, found 1 \(int\)"),
    ({"picture": None}, r"picture: expected str, found None \(NoneType\)"),
    ({"picture": 5}, r"picture: expected str, found 5 \(int\)"),
    ({1: 2, "foo": 3}, r"undeclared parameters \['1', 'foo'\]; .*"),
    ({"rate": 10**400}, r"rate: expected float, found 10+ \(int\)"),
    ({"seed": 10**400}, r"seed: expected int, found 10+ \(int\)"),
]


@pytest.mark.parametrize(("parameters", "message"), TYPES)
def test_what_a_notebook_does_not_declare_is_refused_with_its_file(book, parameters, message):
    with pytest.raises(SystemExit, match=rf"profiles/01_first\.yml: book: {message}$"):
        book(yaml.safe_dump({"book": parameters}))


def test_a_path_that_no_file_can_have_is_refused(book):
    with pytest.raises(SystemExit, match=r"profiles/01_first\.yml: picture: expected a path, found a character that"):
        book('book:\n  picture: "a\\0b"\n')


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"picture": "~nobody here/a.png"}, r".* No such file or directory: '~nobody here/a\.png'"),
        ({"picture": "a" * 5000}, r".* File name too long: 'a+'"),
        ({"picture": "nowhere"}, r"\[Errno 2\] No such file or directory: 'nowhere'"),
        ({"picture": "profiles/bad"}, "profiles/bad: expected good"),
    ],
)
def test_what_a_notebook_cannot_take_is_refused_before_it_runs(book, tmp_path, parameters, message):
    (tmp_path / "notebooks/profiles/bad").touch()
    with pytest.raises(SystemExit, match=rf"profiles/01_first\.yml: book: {message}$"):
        profiles.check_request("01_first", {"profile": "book"} | parameters)


@pytest.mark.parametrize(
    "parameters", [{}, {"rate": 1, "names": [], "boxes": [[1, 2], []], "loud": True}, {"picture": "good {file}'s"}]
)
def test_what_a_notebook_can_take_is_not_refused(book, tmp_path, parameters):
    (tmp_path / "notebooks/good {file}'s").write_text("good")
    profiles.check_request("01_first", {"profile": "book"} | parameters)


CAN_BE_OPENED = [name for name in [*all_chapters(), TEMPLATE] if name != paths.COMPARISON]


@pytest.mark.parametrize("notebook", CAN_BE_OPENED)
def test_every_notebook_opens_a_readers_picture_before_it_runs(notebook, tmp_path):
    values = np.zeros((300, 300), np.uint16)
    values[100:200, 140:160] = 50000
    PIL.Image.fromarray(values).save(tmp_path / "good.png")
    parameters = profiles.profile_parameters(notebook, "smoke")
    if notebook == "02_centre_pixel":
        PIL.Image.fromarray(values + np.uint16(2500)).save(tmp_path / "good.png")
    profiles.check_request(notebook, parameters | {"picture": str(tmp_path / "good.png")})
    (tmp_path / "bad.png").write_text("<html>")
    for name, found in {"bad.png": "a web page", "none.png": "no such file"}.items():
        with pytest.raises(SystemExit, match=rf"{notebook}\.yml: smoke: .*{name}: expected .*, found {found}"):
            profiles.check_request(notebook, parameters | {"picture": str(tmp_path / name)})


def test_pages_and_swapped_bytes_are_seen_before_chapter_02_runs(tmp_path):
    dead = np.zeros((9, 9), np.uint16)
    PIL.Image.fromarray(dead).save(tmp_path / "a.tif", save_all=True, append_images=[PIL.Image.fromarray(dead + 1)])
    parameters = profiles.profile_parameters("02_centre_pixel", "smoke") | {"picture": str(tmp_path / "a.tif")}
    for more, found in {
        (): "expected one picture, found 2 frames or pages",
        (("page", 2),): "expected a page from 0 to 1, found 2",
        (("page", 0),): "expected",
    }.items():
        with pytest.raises(SystemExit, match=f"02_centre_pixel\\.yml: smoke: .*{found}"):
            profiles.check_request("02_centre_pixel", parameters | dict(more))
    profiles.check_request("02_centre_pixel", parameters | {"page": 1})


def test_too_few_pictures_are_seen_before_chapter_03_runs(tmp_path):
    PIL.Image.new("RGB", (200, 200)).save(tmp_path / "a.png")
    parameters = profiles.profile_parameters("03_image_scaling", "smoke") | {"pictures": str(tmp_path)}
    with pytest.raises(SystemExit, match="expected 72 pictures of 150 x 150 pixels or more, found 1"):
        profiles.check_request("03_image_scaling", parameters)


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"boxes": [[250, 250]]}, "expected"),
        ({"boxes": [[-1, 20]]}, "expected"),
        ({"mask": "small.png"}, r"small\.png: expected the photograph's size 300 x 400 or 256 x 256, found 20 x 20"),
        ({"mask": "edge.png"}, r"edge\.png: marks nothing of the central square"),
        ({"mask": "flat.png"}, r"flat\.png: expected white where pixels are missing .* found one tone only"),
        ({"mask": "none.png"}, r"none\.png: expected .* found no such file"),
        ({"pictures": "."}, r"expected a folder of pictures, found no such folder"),
    ],
)
def test_masks_boxes_and_pairs_are_seen_before_chapter_05_runs(tmp_path, more, found):
    PIL.Image.new("RGB", (300, 400)).save(tmp_path / "picture.png")
    for name, size, corner in (("small", (20, 20), (0, 0)), ("edge", (300, 400), (0, 0)), ("flat", (300, 400), None)):
        mask = PIL.Image.new("L", size)
        if corner:
            mask.putpixel(corner, 255)
        mask.save(tmp_path / f"{name}.png")
    more = {name: value if name == "boxes" else str(tmp_path / value) for name, value in more.items()}
    parameters = profiles.profile_parameters("05_image_regeneration", "smoke")
    with pytest.raises(SystemExit, match=rf"05_image_regeneration\.yml: smoke: .*{found}"):
        profiles.check_request("05_image_regeneration", parameters | {"picture": str(tmp_path / "picture.png")} | more)


def test_boxes_alone_are_seen_before_chapter_05_runs():
    parameters = profiles.profile_parameters("05_image_regeneration", "smoke") | {"boxes": [[250, 250]]}
    with pytest.raises(SystemExit, match=r"05_image_regeneration\.yml: smoke: .*expected"):
        profiles.check_request("05_image_regeneration", parameters)
