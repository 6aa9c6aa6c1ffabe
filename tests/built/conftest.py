"""What the tests of a built book share: the book itself, which is made before."""

import pytest

from book.make.paths import PUBLISHED, build_folder, pages_mark, results_folder
from pixel_utils.results import find_result


@pytest.fixture(scope="session")
def build(request):
    """The folder of the built book that is tested."""
    profile = request.config.getoption("--profile")
    folder = build_folder(profile or PUBLISHED)
    if not pages_mark(folder).is_file():
        reason = f"{folder} holds no whole book: make one first, and name its profile, --profile=smoke"
        pytest.fail(reason) if profile else pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def results(build):
    """The folder of results of the built book."""
    return results_folder(build)


@pytest.fixture
def load_model(results):
    """Load the model that a chapter saved, without any code of the book."""

    def load(chapter):
        import keras

        return keras.models.load_model(find_result(results, chapter, "model.keras"), safe_mode=True)

    return load


def pytest_terminal_summary(terminalreporter):
    """Print every claim with its measured value at the end of a run."""
    reports = [report for kind in ("passed", "failed", "skipped") for report in terminalreporter.getreports(kind)]
    lines = {value for report in reports for name, value in report.user_properties if name == "claim"}
    if lines:
        terminalreporter.section("claims")
        for line in sorted(lines):
            terminalreporter.line(line)
