"""What is made again after which change: Snakemake's plan on a copy of a finished run."""

import json
import re
import shutil
import subprocess
import sys

import pytest
from copies import copy_repository


@pytest.fixture(scope="module")
def finished(build, tmp_path_factory):
    """A copy of the repository with its finished smoke run and Snakemake's records of it."""
    copy = tmp_path_factory.mktemp("finished") / "repository"
    copy_repository(copy, "_build/smoke", ".snakemake/metadata")
    return copy


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of it that a test may change."""
    return shutil.copytree(finished, tmp_path / "repository")


def snakemake(folder, *options, config=()):
    """Run Snakemake in profile smoke and return what it said."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *options, "--config", "profile=smoke", *config]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def rules(said):
    return set(re.findall(r"^(?:local)?rule (\w+):", said, flags=re.MULTILINE)) - {"book"}


@pytest.fixture
def plan(copy):
    """Return a function that names the rules Snakemake would run after a change to the copy."""

    def planned(change=None):
        if change:
            change(copy)
        return rules(snakemake(copy, "--dry-run"))

    return planned


def edit_cell(copy, kind, text):
    path = copy / "notebooks/04_denoising.ipynb"
    notebook = json.loads(path.read_text())
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == kind)
    cell["source"] = [*cell["source"], text]
    path.write_text(json.dumps(notebook))


def append(name, text):
    def change(copy):
        with open(copy / name, "a", encoding="utf-8") as file:
            file.write(text)

    return change


@pytest.mark.parametrize("chapter", ["00_data", "04_denoising"])
def test_a_chapter_alone_makes_a_book_without_the_comparison(copy, chapter):
    assert rules(snakemake(copy, config=[f"chapters={chapter}"])) == {"pages", "html"}
    assert [page.name for page in (copy / "_build/smoke/html/notebooks").glob("*.html")] == [f"{chapter}.html"]


def test_the_comparison_runs_after_each_chapter_that_runs(copy):
    edit_cell(copy, "code", "\n1 + 1")
    planned = re.findall(r"wildcards: chapter=(\w+)", snakemake(copy, "--dry-run"))
    assert planned == ["04_denoising", "06_comparison"]


def test_seeds_leave_the_comparison_out():
    command = [sys.executable, "-m", "snakemake", "seeds", "--cores", "2", "--dry-run"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "seeds/1/results/04_denoising" in done.stdout + done.stderr
    assert "06_comparison" not in done.stdout + done.stderr


def test_nothing_changed_nothing_to_do(plan):
    assert plan() == set()


def test_new_prose_only_renders(plan):
    assert plan(append("book/intro.md", "\nMore words.\n")) == {"pages", "html"}


def test_new_wording_in_a_notebook_only_renders(plan):
    assert plan(lambda copy: edit_cell(copy, "markdown", "\nMore words.")) == {"pages", "html"}


def test_a_new_citation_only_renders(plan):
    assert plan(append("CITATION.cff", "doi: 10.0000/example\n")) == {"pages", "html"}


def test_a_changed_claim_trains_nothing(plan):
    assert plan(append("tests/claims/04_denoising.yml", "\n# Another bound.\n")) == {"pages", "html"}


def test_changed_code_runs_the_chapter(plan):
    assert plan(lambda copy: edit_cell(copy, "code", "\n1 + 1")) == {"chapter", "pages", "html"}


def test_a_changed_module_runs_the_chapter(plan):
    assert plan(append("pixel_utils/metrics.py", "\n# Changed.\n")) == {"chapter", "pages", "html"}


def test_a_changed_parameter_runs_the_chapter(plan):
    def change(copy):
        path = copy / "notebooks/profiles/04_denoising.yml"
        path.write_text(path.read_text().replace("epochs: 2", "epochs: 3", 1))

    assert plan(change) == {"chapter", "pages", "html"}


def test_a_picture_of_ones_own_is_an_input(copy, tmp_path):
    """So another picture under the same name runs the chapter again."""
    picture = tmp_path / "digit.png"
    picture.touch()
    profiles = copy / "notebooks/profiles/04_denoising.yml"
    text = profiles.read_text()
    assert text.count("\nsmoke:\n") == 1
    profiles.write_text(text.replace("\nsmoke:\n", f"\nsmoke:\n  picture: {picture}\n"))
    inputs = re.findall(r"^ +input: (.*)$", snakemake(copy, "--dry-run"), flags=re.MULTILINE)
    assert [str(picture) in job.split(", ") for job in inputs].count(True) == 1


def test_a_parameter_of_another_profile_runs_nothing(plan):
    def change(copy):
        path = copy / "notebooks/profiles/04_denoising.yml"
        path.write_text(path.read_text().replace("epochs: 100", "epochs: 200"))

    assert plan(change) == set()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("chapters=07_nothing", r"chapters: expected some of \[.*'04_denoising'.*\], found \['07_nothing'\]"),
        ("profile=huge", r"profiles.*\.yml: expected one of the profiles \['book', 'full', 'smoke'\], found 'huge'"),
    ],
)
def test_unknown_chapters_and_profiles_are_refused_in_one_line(config, message):
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--dry-run", "--config", config]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert re.search(message, said)
    assert "Traceback" not in said
