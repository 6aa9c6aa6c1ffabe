"""Which notebooks and profiles there are, and where everything of a build lies: the one place that says so."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
PROFILES = ("smoke", "book", "train")
PUBLISHED = "book"
# The one chapter that reads what the others of the same build recorded.
COMPARISON = "06_comparison"
# The page that shows the data, and measures nothing.
DATA_PAGE = "00_data"
# What stands beside a chapter in notebooks of their own, in reading order: CHAPTER_experiments, CHAPTER_exercises.
BESIDE = ("experiments", "exercises")
# No project of the book, but what authors copy: its notebooks have to run and to render like those of one.
TEMPLATE = "template"


def project_of(notebook):
    """Return the project that a notebook belongs to, which has the name of its chapter."""
    return re.sub(rf"_({'|'.join(BESIDE)})$", "", notebook)


def kind_of(notebook):
    """Return what a notebook is to its project: ``chapter``, or one of those :data:`BESIDE` it."""
    return notebook.removeprefix(project_of(notebook)).lstrip("_") or "chapter"


def _notebooks_named(pattern):
    """Return the names of notebooks by project: each project's chapter, then those beside it."""
    names = sorted(path.stem for path in NOTEBOOKS.glob(f"{pattern}.ipynb"))
    return sorted(names, key=lambda name: (project_of(name), ["chapter", *BESIDE].index(kind_of(name))))


def all_notebooks():
    """Return the names of all notebooks of the book, in its order."""
    return _notebooks_named("[0-9][0-9]_*")


def all_chapters():
    """Return the names of all chapters, in the book's order."""
    return [notebook for notebook in all_notebooks() if kind_of(notebook) == "chapter"]


def measuring_chapters():
    """Return the names of the chapters that train and measure, each on its own: they run with other seeds, too."""
    return [chapter for chapter in all_chapters() if chapter not in (DATA_PAGE, COMPARISON)]


def notebooks_of(profile):
    """Return the names of the notebooks that a book of a profile is made of."""
    return [*all_notebooks(), *_notebooks_named(f"{TEMPLATE}*")] if profile == "smoke" else all_notebooks()


def build_folder(profile, seed=None):
    """Return the folder of the build in a profile, or with a seed of its own."""
    folder = ROOT / "_build" if profile == PUBLISHED else ROOT / "_build" / profile
    return folder if seed is None else folder / "seeds" / str(seed)


def trainings_folder(profile):
    """Return where trainings without a published record are recorded: those of smoke apart from real ones."""
    return build_folder("smoke" if profile == "smoke" else "train") / "trained"


def published_trainings():
    """Return the folder of the published records, a folder for each notebook."""
    return ROOT / "data/trained"


def sealed_build(build):
    """Return the folder of the runs that measure the sealed part where those of a build measure the test part."""
    return build / "sealed"


def builds_with_seeds(build):
    """Return the folders of the builds with a seed of their own, by the seed as text."""
    return {folder.name: folder for folder in build.glob("seeds/*") if folder.name.isdecimal()}


def results_folder(build):
    """Return the folder that holds, for each notebook, the results of its last good run."""
    return build / "results"


def executed_notebook(build, notebook):
    """Return where the executed copy of a notebook lies, of its last good run."""
    return build / "executed" / f"{notebook}.ipynb"


def failed_notebook(build, notebook):
    """Return where the partial copy of a notebook lies whose newest run failed."""
    return build / "executed/failed" / f"{notebook}.ipynb"


def running_folder(build, notebook):
    """Return where a run writes its results while it goes on; its copy of the notebook lies beside that folder."""
    return build / "running" / notebook


def outcome_file(build, notebook):
    """Return the file that says of a notebook's newest run when it ended, what it ran, and why it failed."""
    return build / "outcomes" / f"{notebook}.json"


def request_file(build, name):
    """Return the file that is newer than an outcome, or than the pages, if these have to be made again."""
    return build / "requests" / name


def times_file(build, notebook):
    """Return the file in which Snakemake notes the memory of the newest run."""
    return build / "times" / f"{notebook}.tsv"


def source_folder(build):
    """Return the folder that pages are rendered from."""
    return build / "src"


def sphinx_folder(build):
    """Return the folder that Sphinx works in."""
    return build / "sphinx"


def webp_folder(build):
    """Return the folder that keeps the light copies of pictures."""
    return build / "webp"


def pages_folder(build):
    """Return the folder of the rendered book."""
    return build / "html"


def pages_mark(build):
    """Return the file among the pages that says what they were made of; it is there if they are the newest."""
    return pages_folder(build) / ".complete"


def has_pages(build):
    """Tell whether there is a book to look at, newest or not."""
    return (pages_folder(build) / "index.html").is_file()
