"""What is made again after which change, what stays when something fails, and how a killed build goes on."""

import json
import re
import shutil
import subprocess
import time

import nbformat
import PIL.Image
import pytest

from book.make.paths import ROOT, failed_notebook, outcome_file, pages_folder, pages_mark, results_folder
from book.make.runs import has_good_run, write_outcome
from pixel_utils.results import read_results

# The smallest project; it alone makes a book.
ONE = "template"
WAITING = """
from pathlib import Path
import time
Path({reached!r}).touch()
while Path({wait!r}).exists():
    time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory, copy_repository, smoke):
    """A copy of the repository with its finished smoke build, without Snakemake's records of it."""
    return copy_repository(tmp_path_factory.mktemp("finished") / "repository", smoke)


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of it that a test may change."""
    return shutil.copytree(finished, tmp_path / "repository")


@pytest.fixture
def build(copy, smoke):
    return copy / smoke


@pytest.fixture
def plan(make, copy):
    """Return a function that says what would be made: the notebooks that would run, and the stages after them."""

    def planned(**config):
        said = make(copy, "--dry-run", **config)
        rules = set(re.findall(r"^(?:local)?rule (\w+):", said, flags=re.MULTILINE))
        return set(re.findall(r"wildcards: chapter=(\w+)", said)) | rules - {"chapter", "book"}

    return planned


def append(path, text):
    with open(path, "a", encoding="utf-8") as file:
        file.write(text)


def edit_cell(copy, name, kind, text):
    """Append text to the last cell of a kind in a notebook of the copy."""
    path = copy / f"notebooks/{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = [cell for cell in notebook.cells if cell.cell_type == kind][-1]
    cell.source += text
    nbformat.write(notebook, path)


def test_what_changes_no_result_runs_no_notebook(copy, plan):
    for name in ("data/items.npz", "data/checksums.json", "requirements.lock", "notebooks/04_denoising.ipynb"):
        (copy / name).touch()
    append(copy / "pixel_utils/metrics.py", "\n# A comment.\n")
    assert plan() == set()
    append(copy / "book/intro.md", "\nMore words.\n")
    edit_cell(copy, "04_denoising", "markdown", "\nMore words.")
    edit_cell(copy, "04_denoising", "code", "  # A comment.")
    assert plan() == {"pages"}


def test_code_and_parameters_run_their_notebook_and_the_comparison(copy, plan):
    edit_cell(copy, "03_image_scaling", "code", "\n1 + 1")
    profiles = copy / "notebooks/profiles/04_denoising.yml"
    profiles.write_text(profiles.read_text().replace("train: {}", "train:\n  epochs: 200"))
    assert plan() == {"03_image_scaling", "06_comparison", "pages"}
    profiles.write_text(profiles.read_text().replace("epochs: 2", "epochs: 3", 1))
    assert plan() == {"03_image_scaling", "04_denoising", "06_comparison", "pages"}


def test_a_picture_of_ones_own_is_opened_before_anything_runs(copy, build, plan, make):
    picture = copy / "{a} digit.png"
    profiles = copy / "notebooks/profiles/04_denoising.yml"
    profiles.write_text(profiles.read_text().replace("\nsmoke:\n", f"\nsmoke:\n  picture: '{picture.name}'\n", 1))

    def made():
        folders = (results_folder(build), pages_folder(build), outcome_file(build, ONE).parent)
        return sorted((path, path.stat().st_mtime_ns) for folder in folders for path in folder.rglob("*"))

    before = made()
    said = make(copy, fails=True)
    assert f"picture: expected a file of yours, found none at {picture} or {copy / 'notebooks' / picture.name}" in said
    picture.touch()
    refusal = r"04_denoising\.yml: smoke: .*digit\.png: expected .*, found an empty file"
    assert re.search(refusal, make(copy, fails=True))
    profiles.write_text(profiles.read_text().replace("\nsmoke:\n", "\nsmoke:\n  seed: '0'\n", 1))
    assert "04_denoising.yml: smoke: seed: expected int, found '0' (str)" in make(copy, fails=True)
    assert made() == before
    profiles.write_text(profiles.read_text().replace("  seed: '0'\n", ""))
    digit = PIL.Image.new("L", (60, 60), 255)
    digit.paste(0, (28, 10, 33, 50))
    digit.save(picture)
    assert plan() == {"04_denoising", "06_comparison", "pages"}


def test_a_look_at_the_plan_changes_nothing(copy, build, plan):
    edit_cell(copy, ONE, "code", "\n1 + 1")
    write_outcome(build, "00_data", "ValueError: no", {})
    outcomes = {path: path.read_bytes() for path in outcome_file(build, ONE).parent.iterdir()}
    for _ in range(2):
        assert plan() == {"00_data", "06_comparison", ONE, "pages"}
    assert {path: path.read_bytes() for path in outcomes} == outcomes
    assert pages_mark(build).is_file()


def test_seeds_and_the_sealed_part_leave_the_comparison_out(copy, make):
    for target, expected in (("seeds", "seeds/1/outcomes/02_centre_pixel"), ("sealed", "sealed/outcomes/04_denoising")):
        said = make(copy, target, "--dry-run", profile="book", seeds="0, 1")
        assert expected in said
        assert "06_comparison" not in said


def test_unknown_chapters_and_profiles_are_refused_in_one_line(copy, make):
    for config, message in (
        ({"chapters": "07_nothing"}, r"chapters: expected some of \[.*'04_denoising'.*\], found \['07_nothing'\]"),
        ({"profile": "huge"}, r"\.yml: expected one of the profiles \['book', 'smoke', 'train'\], found 'huge'"),
    ):
        said = make(copy, "--dry-run", fails=True, **config)
        assert re.search(message, said)
        assert "Traceback" not in said


def test_pages_stay_when_new_ones_cannot_be_made(copy, build, plan, make):
    page = pages_folder(build) / "book/intro.html"
    before = page.read_bytes()
    append(copy / "book/intro.md", "\nMore words.\n\n{numref}`fig-nowhere`\n")
    said = make(copy, fails=True)
    assert "The pages of the last good book are still there." in said
    assert page.read_bytes() == before
    assert plan() == {"pages"}


def test_a_failed_notebook_leaves_its_last_good_run_and_says_so(copy, build, make, plan):
    before, _ = read_results(results_folder(build), ONE)
    good = (copy / f"notebooks/{ONE}.ipynb").read_bytes()
    edit_cell(copy, ONE, "code", "\nbook.record('new', 1)\n1 / 0")
    edit_cell(copy, ONE, "markdown", "\nNew words of {glue:text}`new:.0f`.")
    said = make(copy, fails=True, chapters=ONE)
    reason, partial = "ZeroDivisionError: division by zero", failed_notebook(build, ONE)
    assert f"{ONE} failed, its page shows the last good run: {reason} (see {partial})" in said
    assert "ZeroDivisionError" in partial.read_text()
    assert read_results(results_folder(build), ONE)[0] == before
    page = (pages_folder(build) / f"notebooks/{ONE}.html").read_text(encoding="utf-8")
    assert "The newest run of this notebook failed" in page
    assert "New words" not in page
    # It is tried again, also where nothing has changed since.
    assert plan(chapters=ONE) == {ONE, "pages"}
    (copy / f"notebooks/{ONE}.ipynb").write_bytes(good)
    make(copy, chapters=ONE)
    assert "failed" not in (pages_folder(build) / f"notebooks/{ONE}.html").read_text(encoding="utf-8")
    assert not partial.exists()


def test_a_killed_build_goes_on_and_a_living_one_is_named(copy, build, start, make, tmp_path):
    page, reached, wait = pages_folder(build) / f"notebooks/{ONE}.html", tmp_path / "reached", tmp_path / "wait"
    before = page.read_bytes()
    edit_cell(copy, ONE, "code", WAITING.format(reached=str(reached), wait=str(wait)))
    wait.touch()
    killed = start(copy, chapters=ONE)
    for _ in range(300):
        if reached.exists():
            break
        assert killed.poll() is None, killed.communicate()
        time.sleep(0.2)
    said = make(copy, fails=True, chapters=ONE)
    assert f"another build is going on here, process {killed.pid}." in said
    killed.kill()
    killed.wait()
    assert has_good_run(build, ONE)
    assert page.read_bytes() == before
    wait.unlink()
    assert "The last build here was killed; this one goes on" in make(copy, chapters=ONE)
    killed.communicate(timeout=20)
    assert page.read_bytes() != before
    assert json.loads(outcome_file(build, ONE).read_text())["failure"] == ""


def test_a_new_chapter_is_made_as_the_guide_says(copy, build, make):
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("\n## Add a chapter\n")[1]
    subprocess.run(["bash", "-ec", guide.split("```")[1]], cwd=copy, check=True)
    make(copy, chapters="07_mine")
    # A project alone makes a book.
    names = {"07_mine", "07_mine_experiments", "07_mine_exercises"}
    assert {page.stem for page in (pages_folder(build) / "notebooks").glob("*.html")} == names
    for name in names:
        assert json.loads(outcome_file(build, name).read_text())["failure"] == ""


def test_any_name_of_a_folder_will_do(finished, smoke, make, tmp_path):
    odd = shutil.copytree(finished, tmp_path / "we [ird] {name} #1 100% it's")
    edit_cell(odd, ONE, "code", "\n1 + 1")
    make(odd, chapters=ONE)
    assert (pages_folder(odd / smoke) / f"notebooks/{ONE}.html").is_file()
