"""What all tests share."""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser):
    parser.addoption("--build", default="_build", help="folder of a finished run, such as _build/smoke")


@pytest.fixture(scope="session")
def build(request):
    """The folder of the finished run that is tested."""
    folder = ROOT / request.config.getoption("--build")
    if not (folder / "results").is_dir():
        pytest.fail(f"{folder} holds no results: make the book first")
    return folder


@pytest.fixture
def read_json():
    return lambda path: json.loads(Path(path).read_text(encoding="utf-8"))


@pytest.fixture
def load_model(build):
    """Load the model that a chapter of the run saved, without any code of the book."""

    def load(chapter):
        import keras

        return keras.models.load_model(build / "results" / chapter / "model.keras", safe_mode=True)

    return load
