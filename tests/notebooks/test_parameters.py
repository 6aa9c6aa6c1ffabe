"""The parameters of every notebook: declared with type and meaning, and set by profiles that know them."""

import papermill
import pytest
import yaml

from book.make.paths import NOTEBOOKS, PROFILES, TEMPLATE, all_chapters

REQUIRED = {"profile", "seed", "data_dir", "out_dir", "picture"}

pytestmark = pytest.mark.parametrize("notebook", [*all_chapters(), TEMPLATE])


def declared(notebook):
    return papermill.inspect_notebook(str(NOTEBOOKS / f"{notebook}.ipynb"))


def test_parameters_are_typed_explained_and_complete(notebook):
    parameters = declared(notebook)
    assert parameters.keys() >= REQUIRED
    for name, parameter in parameters.items():
        assert parameter["inferred_type_name"] != "None", f"{name} has no type"
        assert parameter["help"], f"{name} has no explanation"


def test_profiles_set_declared_parameters_only(notebook):
    profiles = yaml.safe_load((NOTEBOOKS / f"profiles/{notebook}.yml").read_text(encoding="utf-8"))
    assert profiles.keys() == set(PROFILES)
    for values in profiles.values():
        assert (values or {}).keys() <= declared(notebook).keys()
