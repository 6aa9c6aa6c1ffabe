"""Notebooks, profiles and folders: what is not there is refused by name."""

import re

import paths
import pytest


def test_an_unknown_profile_is_refused():
    with pytest.raises(SystemExit, match=r"expected one of the profiles \['book', 'full', 'smoke'\], found 'huge'"):
        paths.profile_parameters("04_denoising", "huge")


def test_an_unknown_chapter_is_refused_with_those_there_are(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    for name in ("02_second.ipynb", "01_first.ipynb", "notes.ipynb"):
        (tmp_path / name).touch()
    with pytest.raises(SystemExit, match=r"^chapter: expected one of \['01_first', '02_second'\], found '03_third'$"):
        paths.profile_parameters("03_third", "book")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "expected the profiles of the chapter, found no such file"),
        ("", r"expected one of the profiles \[\], found 'book'"),
    ],
)
def test_a_missing_or_empty_file_of_profiles_is_named(tmp_path, monkeypatch, content, message):
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    (tmp_path / "01_first.ipynb").touch()
    path = tmp_path / "profiles/01_first.yml"
    if content is not None:
        path.parent.mkdir()
        path.write_text(content)
    with pytest.raises(SystemExit, match=f"^{re.escape(str(path))}: {message}$"):
        paths.profile_parameters("01_first", "book")


def test_each_profile_and_each_seed_has_a_folder_of_its_own():
    folders = [paths.build_folder(profile) for profile in paths.PROFILES] + [paths.build_folder("book", 3)]
    assert len(set(folders)) == len(folders)
    assert paths.build_folder(paths.PUBLISHED) == paths.ROOT / "_build"


def test_the_template_is_made_in_smoke_alone():
    assert set(paths.notebooks_of("smoke")) - set(paths.notebooks_of("book")) == {paths.TEMPLATE}
