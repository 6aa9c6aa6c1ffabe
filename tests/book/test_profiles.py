"""What a profile sets is understood, or refused before anything runs."""

import json
import os

import pytest

from book.make import paths, profiles

PARAMETERS = """
profile: str = "book"
seed: int = 0
boxes: list[list[int]] = [[1, 2]]
picture: str = ""
"""
OPENS = """
import os
if picture == "too large":
    os.abort()
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
        (
            "book: {}\npicture: a.png",
            r"expected some of the profiles .* at the beginning .*'picture': 'a\.png'",
        ),
        ("book: {}\npicture:\n", r"below each, two spaces to the right, its parameters, found .*'picture': None"),
        ("book: a.png", r"its parameters, found {'book': 'a\.png'}"),
        ("- book", r"its parameters, found \['book'\]"),
        ("book:\n  seed: 1\nbook: {}", r"found twice: \['book'\]"),
        ("book:\n  seed: 1\n  seed: 2", r"found twice: \['seed'\]"),
        ("book: [", "expected the node content, but found '<stream end>'"),
        ("book:\n  picture: C:\\a: b.png\n", "mapping values are not allowed here"),
        (
            "book:\n  out_dir: a\n  profile: smoke",
            r"expected parameters among .*, found \['out_dir', 'profile'\]",
        ),
    ],
)
def test_what_is_no_profile_is_refused_with_its_file(book, content, message):
    with pytest.raises(SystemExit, match=rf"(?s)profiles/01_first\.yml: .*{message}"):
        book(content)


def test_missing_notebooks_and_profiles_are_named(book, tmp_path):
    with pytest.raises(SystemExit, match=r"^chapter: expected one of \['01_first', '02_second'\], found '03_third'$"):
        profiles.profile_parameters("03_third", "book")
    with pytest.raises(SystemExit, match=r"02_second\.yml: .* No such file or directory"):
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
    with pytest.raises(SystemExit, match=r"book: picture: expected one file, found .*notebooks/a\.png and /.*/a\.png;"):
        book("book:\n  picture: a.png\n")


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        ("nowhere", r"\[Errno 2\] No such file or directory: 'nowhere'"),
        ("profiles/bad", "profiles/bad: expected good"),
        ("too large", r"opening the files ended with status -\d+; perhaps they need more memory than there is"),
    ],
)
def test_what_a_notebook_cannot_take_is_refused_before_it_runs(book, tmp_path, picture, message):
    (tmp_path / "notebooks/profiles/bad").touch()
    with pytest.raises(SystemExit, match=rf"profiles/01_first\.yml: book: {message}$"):
        profiles.check_own_files("01_first", {"profile": "book", "picture": picture})


@pytest.mark.parametrize("parameters", [{}, {"boxes": [[1, 2], []]}, {"picture": "good {file}'s"}])
def test_what_a_notebook_can_take_is_not_refused(book, tmp_path, parameters):
    (tmp_path / "notebooks/good {file}'s").write_text("good")
    profiles.check_own_files("01_first", {"profile": "book"} | parameters)
