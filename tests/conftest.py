"""What all tests share."""

import json
from pathlib import Path

import hypothesis
import pytest

# No test depends on how fast a machine is.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


def pytest_addoption(parser):
    parser.addoption("--profile", help="test the book that was built in this profile, and fail if there is none")
    parser.addoption("--slow", action="store_true", help="run those that make a book")


@pytest.fixture
def read_json():
    return lambda path: json.loads(Path(path).read_text(encoding="utf-8"))
