"""Notebooks, profiles and folders of builds."""

from book.make import paths


def test_each_profile_and_each_seed_has_a_folder_of_its_own():
    folders = [paths.build_folder(profile) for profile in paths.PROFILES] + [paths.build_folder("book", 3)]
    assert len(set(folders)) == len(folders)
    assert paths.build_folder(paths.PUBLISHED) == paths.ROOT / "_build"


def test_the_template_is_made_in_smoke_alone():
    names = ["template", "template_experiments", "template_exercises"]
    assert paths.notebooks_of("smoke") == [*paths.notebooks_of("book"), *names]
    assert {paths.project_of(name) for name in names} == {paths.TEMPLATE}


def test_a_project_is_a_chapter_and_what_stands_beside_it():
    names = ["04_denoising", "04_denoising_experiments", "04_denoising_exercises"]
    assert [name for name in paths.all_notebooks() if paths.project_of(name) == "04_denoising"] == names
    assert [paths.kind_of(name) for name in names] == ["chapter", "experiments", "exercises"]
    assert {*names} & {*paths.all_chapters()} == {"04_denoising"}
    assert paths.kind_of("01_images_as_data") == "chapter"
