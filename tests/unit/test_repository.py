"""The repository around the book: how it is cited, spelled, and checked before a commit."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import PIL.Image
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]
HOOKS = [hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]]
# Built from halves, so that the spelling check does not stumble over its own test.
MISSPELT = "rec" + "ieve"
CITATION_REQUIRED = {"cff-version", "message", "title", "authors"}
CITATION_OPTIONAL = {
    *("abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url"),
    *("preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url"),
    "version",
}


def citation_faults(citation):
    """Name what keeps a citation from being a valid file of version 1.2.0 of the format."""
    faults = [f"missing {key}" for key in sorted(CITATION_REQUIRED - citation.keys())]
    faults += [f"unknown {key}" for key in sorted(citation.keys() - CITATION_REQUIRED - CITATION_OPTIONAL)]
    if citation.get("cff-version") != "1.2.0":
        faults.append("cff-version is not the text 1.2.0")
    authors = citation.get("authors")
    if not isinstance(authors, list) or not all({"name", "family-names"} & author.keys() for author in authors):
        faults.append("authors is not a list of entities with a name or persons with family-names")
    return faults


@pytest.fixture
def citation():
    return yaml.safe_load((ROOT / "CITATION.cff").read_text())


def test_the_citation_is_valid_and_agrees_with_the_package(citation):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert citation_faults(citation) == []
    assert citation["title"] == project["description"]
    assert citation["version"] == project["version"]
    assert citation["license"] == project["license"]


def test_a_spoiled_citation_is_seen(citation):
    spoiled = {**citation, "cff-version": 1.2, "authors": [{"nickname": "x"}], "licence": "MIT"}
    del spoiled["title"]
    assert [fault.split()[0] for fault in citation_faults(spoiled)] == ["missing", "unknown", "cff-version", "authors"]


def test_what_the_readme_shows_and_names_is_there():
    readme = (ROOT / "README.md").read_text()
    linked = re.findall(r"\]\(([^)\s]+)\)", readme)
    tabled = re.findall(r"^\| ((?:`[^`]+`(?:, )?)+) \|", readme, flags=re.MULTILINE)
    named = [name for cell in tabled for name in re.findall(r"`([^`]+)`", cell)]
    assert ".github/screenshot.png" in linked
    assert {"notebooks/", "pixel_utils/", "data/", "book/", "tests/"} <= set(named)
    assert [name for name in linked + named if not (ROOT / name).exists()] == []


def test_the_screenshot_is_small_and_shows_something():
    path = ROOT / ".github/screenshot.png"
    assert path.stat().st_size < 200_000
    with PIL.Image.open(path) as image:
        assert image.size == (1280, 800)
        assert len(image.getcolors()) > 20


def repository(folder, files):
    """Make a repository of these files with this one's hooks, settings and tools."""
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    subprocess.run(["git", "init", "--quiet", folder], check=True)
    return folder


def run_hooks(folder, *hooks):
    """Add all files and run hooks on them; no hook named runs all."""
    environment = {**os.environ, "PRE_COMMIT_HOME": str(folder / ".git/pre-commit")}
    subprocess.run(["git", "add", "--all", "--", ".", ":!.venv"], cwd=folder, check=True)
    command = [sys.executable, "-m", "pre_commit", "run", *hooks, "--all-files", "--color=never"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_the_hooks_fetch_nothing_and_are_valid():
    command = [sys.executable, "-m", "pre_commit", "validate-config", ROOT / ".pre-commit-config.yaml"]
    subprocess.run(command, check=True)
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [entry["repo"] for entry in config["repos"]] == ["local"]
    assert HOOKS == ["nbstripout", "ruff-check", "ruff-format", "codespell"]


def test_this_repository_passes_its_hooks(tmp_path):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    done = run_hooks(repository(tmp_path, [name for name in listed.split("\0") if (ROOT / name).is_file()]))
    assert done.returncode == 0, done.stdout
    assert len(re.findall(r"\.Passed$", done.stdout, flags=re.MULTILINE)) == len(HOOKS)


def notebook(cell):
    return nbformat.writes(new_notebook(cells=[cell]))


@pytest.mark.parametrize(
    ("hook", "name", "content"),
    [
        ("nbstripout", "a.ipynb", notebook(new_code_cell("1", outputs=[new_output("stream", text="1")]))),
        ("ruff-check", "a.py", "import os\n"),
        ("ruff-check", "a.ipynb", notebook(new_code_cell("import os"))),
        ("ruff-format", "a.py", "x=1\n"),
        ("codespell", "a.py", f"# {MISSPELT}\n"),
        ("codespell", "a.md", f"It was {MISSPELT}.\n"),
        ("codespell", "a.ipynb", notebook(new_markdown_cell(f"First.\nIt was {MISSPELT}."))),
    ],
)
def test_each_hook_catches_its_fault(tmp_path, hook, name, content):
    folder = repository(tmp_path, [".pre-commit-config.yaml", "pyproject.toml"])
    (folder / name).write_text(content)
    done = run_hooks(folder, hook)
    assert done.returncode != 0
    assert re.search(rf"\.Failed\n- hook id: {hook}$", done.stdout, flags=re.MULTILINE), done.stdout


def test_spelling_is_checked_wherever_text_stands(tmp_path):
    places = ["book/a.md", "notebooks/a.ipynb", "pixel_utils/a.py", ".github/workflows/a.yml", "README.md"]
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for place in places:
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(f"{MISSPELT}\n")
    done = subprocess.run([sys.executable, "-m", "codespell_lib"], cwd=tmp_path, capture_output=True, text=True)
    assert {line.split(":")[0] for line in done.stdout.splitlines()} == {f"./{place}" for place in places}
