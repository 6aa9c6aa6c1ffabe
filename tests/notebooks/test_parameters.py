"""What notebooks declare: their parameters with type and meaning, and the data that they read."""

import re

import papermill
import pytest

from book.make.paths import COMPARISON, DATA_PAGE, NOTEBOOKS, PROFILES, kind_of, notebooks_of
from book.make.profiles import code_cells, profile_parameters, profiles_file, read_profiles
from book.make.triggers import all_nodes, data_declared

REQUIRED = {"profile", "seed", "data_dir", "out_dir"}
READ_BY = {
    **{
        "load_digits(": "digits.npz",
        "load_items(": "items.npz",
        "load_frames(": "infrared",
        "load_regions(": "infrared",
    },
    **{"load_photos(": "photos", "{data_dir}/photos/": "photos"},
}

pytestmark = pytest.mark.parametrize("notebook", notebooks_of("smoke"))


def test_parameters_are_typed_explained_and_complete(notebook):
    parameters = papermill.inspect_notebook(str(NOTEBOOKS / f"{notebook}.ipynb"))
    assert parameters.keys() >= REQUIRED | ({"picture"} if kind_of(notebook) == "chapter" else set())
    for name, parameter in parameters.items():
        assert parameter["inferred_type_name"] != "None", f"{name} has no type"
        assert parameter["help"], f"{name} has no explanation"


def test_every_profile_is_there_and_sets_declared_parameters_only(notebook):
    assert read_profiles(profiles_file(notebook)).keys() == set(PROFILES)
    for profile in PROFILES:
        profile_parameters(notebook, profile)


def test_what_is_measured_at_the_end_is_a_parameter(notebook):
    """So that the sealed part can take its place; nothing else reads either of them."""
    calls = re.findall(r"\bload_\w+\(\s*([^,)]+)", "\n".join(code_cells(NOTEBOOKS / f"{notebook}.ipynb")))
    if kind_of(notebook) == "chapter" and notebook not in (DATA_PAGE, COMPARISON):
        assert "test_split" in calls
    assert not {'"test"', '"sealed"'} & {*calls}


def test_what_is_read_is_declared(notebook):
    """What a notebook says it read is what makes it run again, and what its page names."""
    path = NOTEBOOKS / f"{notebook}.ipynb"
    source = "\n".join(code_cells(path))
    declared = data_declared(all_nodes([source]), path, {})
    assert {data for words, data in READ_BY.items() if words in source} <= declared.keys()
