"""What makes a notebook run again: what its results depend on, and nothing else."""

import re
import shutil

import pytest

from book.make import profiles, triggers
from book.make.paths import COMPARISON, ROOT, TEMPLATE, all_chapters

NAMES = [*all_chapters(), TEMPLATE]
ALL = set(NAMES)
DENOISING, SCALING, GAPS = "04_denoising", "03_image_scaling", "05_image_regeneration"
# Those that read the digits, and the figures of their original.
DIGITS = {DENOISING, TEMPLATE}


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of what notebooks and pages depend on, that a test may change."""
    for name in ("notebooks", "pixel_utils", "data/splits", "book"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for path in [*ROOT.glob("*.*"), *ROOT.glob("data/*.json"), ROOT / "data/README.md"]:
        if path.is_file():
            shutil.copy(path, tmp_path / path.relative_to(ROOT))
    for module in (triggers, profiles):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "NOTEBOOKS", tmp_path / "notebooks")
    return tmp_path


def state(name, **changed):
    parameters = profiles.profile_parameters(name, "smoke") | changed
    return triggers.find_triggers(ROOT / "no build", name, parameters)


@pytest.fixture(scope="session")
def before():
    return {name: state(name) for name in NAMES}


def substitute(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert re.search(old, text), f"{path} has no {old}"
    path.write_text(re.sub(old, new, text, count=1), encoding="utf-8")


@pytest.fixture
def run_again(before, copy):
    """Change a file of the copy; return the notebooks that run again, and the kinds of reasons that there are."""

    def change(file, old, new):
        substitute(copy / file, old, new)
        reasons = [(name, kind) for name in NAMES for kind, text in state(name).items() if before[name][kind] != text]
        return {name for name, _ in reasons}, " ".join(dict.fromkeys(kind for _, kind in reasons))

    return change


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("pixel_utils/metrics.py", r"\Z", "\n# A comment.\n"),
        ("pixel_utils/metrics.py", r'"""', '"""Another docstring of the file. '),
        ("pixel_utils/train.py", r'"""Train for a fixed', '"""TRAIN for a fixed'),
        ("pixel_utils/report.py", r'"""The results of one run', '"""THE results of one run'),
        ("pixel_utils/train.py", "import sys\n", "import sys  # needed\n\n\n"),
        ("pixel_utils/files.py", r"os.replace\(", "os.replace(\n        "),
        ("pixel_utils/submission.py", r"\Z", "\n\ndef another():\n    pass\n"),
        ("book/originals.yml", r"source: ", "source: see "),
        ("requirements.lock", r"(?m)^ruff==", "ruff==9."),
        ("requirements.lock", r"    --hash=sha256:\w", "    --hash=sha256:0"),
        ("notebooks/04_denoising.ipynb", r"what a reader learns|better network", "other words"),
        ("notebooks/04_denoising.ipynb", r"# how often a network sees", "# as often as a network sees"),
    ],
)
def test_what_changes_no_result_runs_nothing(run_again, file, old, new):
    assert run_again(file, old, new) == (set(), "")


@pytest.mark.parametrize(
    ("kinds", "file", "old", "new", "names"),
    [
        # A function runs the notebooks that reach it, be it through another one.
        ("module", "pixel_utils/tiles.py", r"def enlarge\(.*\n", r"\g<0>    assert True\n", {SCALING}),
        ("module", "pixel_utils/degrade.py", r"def overlay\(.*\n", r"\g<0>    assert True\n", {DENOISING}),
        ("module", "pixel_utils/files.py", r"(    +)os.replace\(", r"\1path.unlink()\n\g<0>", ALL),
        # What stands outside of definitions happens to all that import the file, or a file that imports it.
        ("module", "pixel_utils/foreign.py", r"\Z", "\nnp.seterr(all='raise')\n", ALL),
        ("module", "pixel_utils/patches.py", r"\Z", "\n_seen = print(1)\n", {"02_centre_pixel", SCALING}),
        ("lock", "requirements.lock", "numpy==", "numpy==9.", ALL),
        ("originals", "book/originals.yml", r"(?s)(04_denoising:.*?value: )\d", r"\g<1>7", DIGITS | {COMPARISON}),
        ("data", "data/checksums.json", '"test_labels": "1', '"test_labels": "f', DIGITS | {"00_data"}),
        ("data", "data/splits/photos.csv", "photos", "PHOTOS", ALL - DIGITS - {COMPARISON}),
        ("code", "notebooks/04_denoising.ipynb", "import keras", "import keras, os", {DENOISING}),
        ("code", "notebooks/06_comparison.ipynb", r"cost.round\(1\)", "cost.round(1);  # quiet", {COMPARISON}),
        # A cell that is not plain Python may do anything.
        ("code module originals data", "notebooks/04_denoising.ipynb", '"import keras', '"%matplotlib', {DENOISING}),
    ],
)
def test_a_change_runs_what_depends_on_it_and_nothing_else(run_again, kinds, file, old, new, names):
    assert run_again(file, old, new) == (names, kinds)


def test_a_parameter_runs_its_notebook(before):
    now = state(DENOISING, epochs=77)
    assert [kind for kind in now if before[DENOISING][kind] != now[kind]] == ["parameters"]


def test_own_files_count_by_what_they_hold(tmp_path):
    digests = set()
    for content in ("one", "two"):
        (tmp_path / "a.png").write_text(content)
        digests.add(state(SCALING, picture=str(tmp_path / "a.png"))["own files"])
        (tmp_path / f"{content}.png").touch()
        digests.add(state(SCALING, pictures=str(tmp_path))["own files"])
    # In a folder by their names, sizes and ages.
    (tmp_path / "a.png").write_text("three")
    digests |= {
        state(SCALING, pictures=str(tmp_path))["own files"],
        state(GAPS, mask=str(tmp_path / "a.png"))["own files"],
    }
    assert len(digests) == 6


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"picture": "/nowhere/digit.jpg"}, "picture: expected a file of yours, found none at /nowhere/digit.jpg$"),
        ({"picture": "/"}, "picture: expected a file of yours, found none at /$"),
        ({"picture": "a\0b"}, "picture: expected a file of yours, found none at .*/a\0b or .*/notebooks/a\0b$"),
        ({"pictures": "README.md"}, "pictures: expected a folder of yours, found none at .*/README.md or"),
    ],
)
def test_an_own_file_that_is_not_there_is_named(own, message):
    with pytest.raises(SystemExit, match=rf"03_image_scaling\.yml: {message}"):
        state(SCALING, **own)


def test_another_folder_of_data_may_be_written_as_a_tilde_and_is_named_if_it_is_none(monkeypatch, before):
    monkeypatch.setenv("HOME", str(ROOT))
    assert state(DENOISING, data_dir="~/data")["data"] == before[DENOISING]["data"]
    with pytest.raises(SystemExit, match=r"data_dir: /nowhere/checksums\.json: expected the checksums of the bundled"):
        state(DENOISING, data_dir="/nowhere")


def test_the_comparison_runs_after_each_chapter(tmp_path):
    (tmp_path / "outcomes").mkdir()
    found = set()
    for text in ("one", "two"):
        (tmp_path / "outcomes/04_denoising.json").write_text(text)
        found.add(triggers.find_triggers(tmp_path, COMPARISON, {})["results"])
    assert len(found) == 2


A = "def f(): return 1\ndef unused(): return 2\n"


@pytest.mark.parametrize(
    ("code", "b", "reached"),
    [
        ("from pixel_utils import a\na.f()", "", {"f"}),
        ("from pixel_utils.a import f as g\ng()", "", {"f"}),
        ("from pixel_utils.a import *\nf()", "", {"f"}),
        # A file or the module as a whole may be used in any way.
        ("from pixel_utils import a\nprint(a)", "", {"f", "unused"}),
        ("from pixel_utils import a as m\nprint(m)", "", {"f", "unused"}),
        ("import pixel_utils.a as m", "", {"f", "unused"}),
        ("import pixel_utils", "", {"f", "unused"}),
        ("exec('from pixel_utils.a import f')", "", {"f", "unused"}),
        # Other files stand between.
        ("from pixel_utils.b import g", "from pixel_utils.a import f\ndef g(): return f()", {"g", "f"}),
        ("from pixel_utils.b import g", "from .a import f\ndef g(): return f()", {"g", "f"}),
        ("from pixel_utils.b import g", "from pixel_utils.a import f as g", {"f"}),
        ("from pixel_utils.b import g", "from pixel_utils import a\ndef g(): return a", {"g", "f", "unused"}),
        ("from pixel_utils.b import g", "def g(): return globals()['h']()\ndef h(): return 1", {"g", "h"}),
        # What may do more than define something happens in any case.
        ("from pixel_utils import b", "@print\ndef h(): pass\ng = 1", {"h"}),
        ("from pixel_utils import b", "if print(1):\n    def h(): pass", {"h"}),
    ],
)
def test_what_code_reaches_in_the_module(tmp_path, monkeypatch, code, b, reached):
    (tmp_path / "pixel_utils").mkdir()
    for name, text in {"__init__": "print('always')", "a": A, "b": b}.items():
        (tmp_path / f"pixel_utils/{name}.py").write_text(text)
    monkeypatch.setattr(triggers, "ROOT", tmp_path)
    found = str(triggers.module_part(triggers.all_nodes([code])))
    assert {name for name in ("f", "unused", "g", "h") if f"FunctionDef(name='{name}'" in found} >= reached
    assert ("unused" in found) == ("unused" in reached or "globals" in b)
    assert "always" in found


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("originals", 'report.originals("04_denoising")', [DENOISING]),
        ("originals", 'from pixel_utils.report import originals\noriginals(chapter="04_denoising")', [DENOISING]),
        ("originals", "report.originals(name)", None),
        ("originals", 'open("../book/originals.yml")', None),
        ("originals", "1", []),
        ("data", 'book.provenance(data=["digits.npz"], splits={})', ["digits.npz"]),
        ("data", 'book.provenance(data=["infrared"], splits={})', ["infrared", "photos.csv", "regions.csv"]),
        ("data", "book.provenance(data=list(all), splits={})", None),
        ("data", "book.provenance(data=[DIGITS], splits={})", None),
    ],
)
def test_the_figures_and_the_data_that_code_asks_for_count_and_all_if_it_computes_which(kind, code, expected):
    nodes, path = triggers.all_nodes([code]), triggers.NOTEBOOKS / f"{TEMPLATE}.ipynb"
    found = triggers.originals_asked(nodes) if kind == "originals" else triggers.data_declared(nodes, path, {})
    assert len(found) > 4 if expected is None else list(found) == expected


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("pixel_utils/metrics.py", r"\Z", "\ndef f(", r"metrics\.py: expected Python, found a syntax error"),
        ("notebooks/04_denoising.ipynb", r"\A", "<<<", r"04_denoising\.ipynb: expected a notebook, found a file"),
        (
            "notebooks/04_denoising.ipynb",
            r'data=\[\\"digits\.npz\\"',
            r'data=[\\"no.npz\\"',
            r"expected data among .*'digits\.npz', .*found \['no\.npz'\]",
        ),
    ],
)
def test_a_file_that_cannot_be_understood_and_data_that_there_are_not_are_named(copy, file, old, new, message):
    substitute(copy / file, old, new)
    with pytest.raises(SystemExit, match=message):
        state(DENOISING)


def test_pages_are_made_of_all_that_is_shown_whatever_its_age(copy):
    def inputs(*more):
        return triggers.page_inputs(copy / "_build", [DENOISING, *more])

    found = [inputs()]
    (copy / "book/intro.md").touch()
    assert inputs() == found[0]
    shown = ["_config.yml", "_toc.yml", "CITATION.cff", "data/README.md", "book/intro.md", "book/_static/book.css"]
    shown += ["tests/claims/04_denoising.yml", "notebooks/04_denoising.ipynb", "_build/outcomes/03_image_scaling.json"]
    for name in shown:
        (copy / name).parent.mkdir(exist_ok=True, parents=True)
        with open(copy / name, "a", encoding="utf-8") as file:
            file.write(" ")
        found.append(inputs())
    assert len({*found, inputs(SCALING)}) == len(shown) + 2
