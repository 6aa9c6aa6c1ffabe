"""The repository around the book: how it is cited, spelled, and checked before a commit."""

import os
import re
import shutil
import subprocess
import sys
import tomllib

import PIL.Image
import pytest
import yaml

from book.make.paths import ROOT

# The fields of version 1.2.0 of the format. Its own checker, cffconvert, needs a jsonschema older than JupyterLab's.
REQUIRED = {"cff-version", "message", "title", "authors"}
OPTIONAL = {
    *("abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license", "license-url"),
    *("preferred-citation", "references", "repository", "repository-artifact", "repository-code", "type", "url"),
    "version",
}


def test_the_citation_is_valid_and_agrees_with_the_package():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert REQUIRED <= citation.keys() <= REQUIRED | OPTIONAL
    assert all({"name", "family-names"} & author.keys() for author in citation["authors"])
    found = [citation[field] for field in ("cff-version", "title", "version", "license")]
    assert found == ["1.2.0", *(project[field] for field in ("description", "version", "license"))]


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


@pytest.mark.parametrize("home", ["", "/proc/nowhere"])
def test_where_home_cannot_be_written_what_belongs_there_stays_with_the_build(tmp_path, home):
    # A sharp sign would end a value in a makefile.
    folder = tmp_path / "a #1 {b} 'c'"
    folder.mkdir()
    (folder / "Makefile").write_text((ROOT / "Makefile").read_text() + '\nshow:\n\t@echo "$$HOME"\n')
    command, environment = ["make", "--no-print-directory", "show"], {**os.environ, "HOME": home}
    said = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
    assert said == f"{folder}/_build/home\n"
    assert (folder / "_build/home").is_dir()


def test_the_hooks_fetch_nothing():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [entry["repo"] for entry in config["repos"]] == ["local"]


def test_this_repository_passes_its_hooks(tmp_path):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / ".git/pre-commit")}
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert len(re.findall(r"\.Passed$", done.stdout, flags=re.MULTILINE)) == 4


def test_one_stage_alone_opens_the_sealed_part():
    """What sets the variable that the loaders ask for; tests do, too, and publish no number."""
    listed = subprocess.run(["git", "grep", "-l", "EDITION"], cwd=ROOT, capture_output=True, text=True)
    opening = {name for name in listed.stdout.split() if not name.startswith("tests/")}
    assert opening == {"pixel_utils/data.py", "book/make/run_chapter.py"}
    setting = [line for line in (ROOT / "book/make/run_chapter.py").read_text().splitlines() if "[EDITION] =" in line]
    assert len(setting) == 1
