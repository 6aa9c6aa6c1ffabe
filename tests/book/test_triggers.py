"""What makes a notebook run again: what its results depend on, and nothing else."""

import ast
import re
import shutil

import pytest

from book.make import triggers
from book.make.paths import COMPARISON, NOTEBOOKS, ROOT, TEMPLATE
from book.make.profiles import profile_parameters

NAMES = [
    *("00_data", "01_images_as_data", "02_centre_pixel", "03_image_scaling", "04_denoising", "05_image_regeneration"),
    *(COMPARISON, TEMPLATE),
]


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of what notebooks depend on, that a test may change."""
    for name in ("notebooks", "pixel_utils", "data/splits"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("book/originals.yml", "data/checksums.json", "requirements.lock"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(triggers, "ROOT", tmp_path)
    monkeypatch.setattr(triggers, "NOTEBOOKS", tmp_path / "notebooks")
    return tmp_path


def state(root, names=NAMES, **changed):
    module = triggers.read_module(root / "pixel_utils")
    parameters = {name: profile_parameters(name, "smoke") | changed for name in names}
    return {name: triggers.find_triggers(root / "no build", name, parameters[name], module) for name in names}


@pytest.fixture(scope="session")
def before():
    return state(ROOT)


@pytest.fixture
def run_again(before, copy):
    """Change a file of the copy; return the notebooks that run again, each with the kinds of its reasons."""

    def change(name, old, new):
        text = (copy / name).read_text(encoding="utf-8")
        assert re.search(old, text), f"{name} has no {old}"
        (copy / name).write_text(re.sub(old, new, text, count=1), encoding="utf-8")
        now = state(copy)
        reasons = {name: [kind for kind in now[name] if before[name].get(kind) != now[name][kind]] for name in NAMES}
        return {name: kinds for name, kinds in reasons.items() if kinds}

    return change


def nodes(code):
    return list(ast.walk(triggers.parse(code)))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("pixel_utils/metrics.py", r"\Z", "\n# A comment.\n"),
        ("pixel_utils/metrics.py", r'"""', '"""Another docstring of the file. '),
        ("pixel_utils/train.py", r'"""Train for a fixed', '"""TRAIN for a fixed'),
        ("pixel_utils/train.py", r'"""Note|"""Load|"""Create the', '"""Other words: '),
        ("pixel_utils/train.py", "import sys\n", "import sys  # needed\n\n\n"),
        ("pixel_utils/files.py", r"os.replace\(", "os.replace(\n        "),
        ("book/originals.yml", r"source: ", "source: see "),
        ("requirements.lock", r"(?m)^ruff==", "ruff==9."),
        ("requirements.lock", r"    --hash=sha256:\w", "    --hash=sha256:0"),
        ("notebooks/04_denoising.ipynb", r"what a reader learns|better network", "other words"),
        ("notebooks/04_denoising.ipynb", r"# how often a network sees", "# as often as a network sees"),
    ],
)
def test_what_changes_no_result_runs_nothing(run_again, file, old, new):
    assert run_again(file, old, new) == {}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        # Two chapters work on tiles, one on submissions; a function that calls another counts, too.
        ("pixel_utils/tiles.py", r"def enlarge\(.*\n", r"\g<0>    assert True\n", {"03_image_scaling"}),
        ("pixel_utils/submission.py", r"def write\(.*\n", r"\g<0>    assert True\n", {"05_image_regeneration"}),
        ("pixel_utils/degrade.py", r"def overlay\(.*\n", r"\g<0>    assert True\n", {"04_denoising"}),
        ("pixel_utils/foreign.py", r"MAX_PIXELS = 2", "MAX_PIXELS = 3", {*NAMES}),
        ("pixel_utils/files.py", r"(    +)os.replace\(", r"\1path.unlink()\n\g<0>", {*NAMES}),
    ],
)
def test_a_changed_function_runs_the_notebooks_that_reach_it(run_again, file, old, new, expected):
    assert run_again(file, old, new) == {name: ["module"] for name in expected}


def test_a_function_that_no_notebook_reaches_runs_nothing(run_again):
    assert run_again("pixel_utils/submission.py", r"\Z", "\n\ndef another():\n    pass\n") == {}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        (
            "book/originals.yml",
            r"(?s)(04_denoising:.*?value: )\d",
            r"\g<1>7",
            {"04_denoising", TEMPLATE, COMPARISON},
        ),
        ("data/checksums.json", '"test_labels": "1', '"test_labels": "f', {"00_data", "04_denoising", TEMPLATE}),
        ("data/splits/photos.csv", "photos", "PHOTOS", {*NAMES} - {"04_denoising", TEMPLATE, COMPARISON}),
        ("requirements.lock", "numpy==", "numpy==9.", {*NAMES}),
        ("notebooks/04_denoising.ipynb", "import keras", "import keras, os", {"04_denoising"}),
        ("notebooks/06_comparison.ipynb", r"cost.round\(1\)", "cost.round(1);  # quiet", {COMPARISON}),
        # What stands outside of definitions happens to all that import the file, or a file that imports it.
        ("pixel_utils/foreign.py", r"\Z", "\nnp.seterr(all='raise')\n", {*NAMES}),
        ("pixel_utils/patches.py", r"\Z", "\n_seen = print(1)\n", {"02_centre_pixel", "03_image_scaling"}),
    ],
)
def test_what_is_read_runs_those_that_read_it(run_again, file, old, new, expected):
    assert run_again(file, old, new).keys() == expected


def test_a_parameter_runs_its_notebook(before):
    now = state(ROOT, ["04_denoising"], epochs=77)["04_denoising"]
    assert [kind for kind in now if before["04_denoising"][kind] != now[kind]] == ["parameters"]


def test_own_files_count_by_what_they_hold(tmp_path):
    picture, folder = tmp_path / "a.png", tmp_path / "more"
    folder.mkdir()
    digests = set()
    for content in ("one", "two"):
        picture.write_text(content)
        (folder / f"{content}.png").touch()
        for own in ({"picture": str(picture)}, {"pictures": str(folder)}):
            digests.add(state(ROOT, ["03_image_scaling"], **own)["03_image_scaling"]["own files"])
    assert len(digests) == 4


def test_an_own_file_that_is_not_there_is_named():
    with pytest.raises(SystemExit, match=r"04_denoising\.yml: picture: expected a file of yours, found none at /no"):
        state(ROOT, ["04_denoising"], picture="/nowhere/digit.jpg")
    with pytest.raises(SystemExit, match=r"04_denoising\.yml: picture: expected a file of yours, found none at /$"):
        state(ROOT, ["04_denoising"], picture="/")
    with pytest.raises(SystemExit, match=r"03_image_scaling\.yml: pictures: expected a folder of yours, found none at"):
        state(ROOT, ["03_image_scaling"], pictures="README.md")


def test_another_folder_of_data_may_be_written_as_a_tilde_and_is_named_if_it_is_none(monkeypatch, before):
    monkeypatch.setenv("HOME", str(ROOT))
    now = state(ROOT, ["04_denoising"], data_dir="~/data")["04_denoising"]
    assert now["data"] == before["04_denoising"]["data"]
    with pytest.raises(SystemExit, match=r"data_dir: /nowhere/checksums\.json: expected the checksums of the bundled"):
        state(ROOT, ["04_denoising"], data_dir="/nowhere")


def test_the_comparison_runs_after_each_chapter(tmp_path):
    (tmp_path / "outcomes").mkdir()
    parameters, module, found = profile_parameters(COMPARISON, "smoke"), triggers.read_module(), set()
    for text in ("one", "two"):
        (tmp_path / "outcomes/04_denoising.json").write_text(text)
        found.add(triggers.find_triggers(tmp_path, COMPARISON, parameters, module)["results"])
    assert len(found) == 2


@pytest.mark.parametrize(
    ("code", "reached"),
    [
        ("from pixel_utils import metrics\nprint(metrics)", True),
        ("from pixel_utils import metrics\ndef f(x=metrics): return x", True),
        ("from pixel_utils import metrics\nlambda metrics=metrics: metrics.mae()", True),
        ("from pixel_utils import metrics\ndef f(metrics): return metrics", False),
        ("from pixel_utils import metrics\nlambda **metrics: g(**metrics)", False),
        ("from pixel_utils import metrics\ng(metrics=1)", False),
        ("from pixel_utils import metrics\nmetrics.mae()", False),
        ("import pixel_utils.metrics as m", True),
        ("import pixel_utils", True),
        ("from pixel_utils.metrics import *", True),
        ("from pixel_utils.metrics import mae", False),
    ],
)
def test_what_is_not_plainly_understood_counts_whole(code, reached):
    found = triggers.module_part(nodes(code), *triggers.read_module())
    assert ({"metrics.mae", "metrics.ssim"} <= found.keys()) == reached


@pytest.mark.parametrize(
    ("file", "content", "reached"),
    [
        ("__init__", "FACTOR = 2\nOTHER = 3", {"__init__.FACTOR"}),
        ("b", "from pixel_utils.a import f\ndef g(): return f()", {"b.g", "a.f"}),
        ("b", "from .a import f\ndef g(): return f()", {"b.g", "a.f"}),
        ("b", "try:\n    def g(): return 1\nexcept ImportError:\n    g = None", {"b.g"}),
        ("b", "from pixel_utils.a import f as g", {"b.g", "a.f"}),
        ("b", "@print\ndef h(): pass\ng = 1", {"b.g", "b."}),
        ("models/nets", "def g(): pass", {"models.nets.g"}),
        ("b", "def g(): return globals()['h']()\ndef h(): return 1", {"b.g", "b.h"}),
    ],
)
def test_what_is_reached_in_ways_that_are_not_common(tmp_path, file, content, reached):
    for name, text in {"__init__": "", "a": "def f(): return 1\ndef unused(): return 2", file: content}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.py").write_text(text)
    path = file.replace("/", ".")
    code = "from pixel_utils import FACTOR" if file == "__init__" else f"from pixel_utils.{path} import g"
    found = triggers.module_part(nodes(code), *triggers.read_module(tmp_path))
    assert reached <= found.keys()
    assert "__init__.OTHER" not in found
    assert ("a.unused" in found) == ("globals" in content)


@pytest.mark.parametrize(
    ("code", "chapters"),
    [
        ('report.originals("04_denoising")', ["04_denoising"]),
        ('from pixel_utils.report import originals\noriginals(chapter="04_denoising")', ["04_denoising"]),
        ("report.originals(name)", None),
        ('open("../book/originals.yml")', None),
        ("1", []),
    ],
)
def test_the_figures_that_are_asked_for_count(code, chapters):
    found = triggers.originals_asked(nodes(code), ROOT / "book/originals.yml")
    assert len(found) > 4 if chapters is None else list(found) == chapters


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ('book.provenance(data=["digits.npz"], splits={})', ["digits.npz"]),
        ('book.provenance(data=["infrared"], splits={})', ["infrared", "photos.csv", "regions.csv"]),
        ("book.provenance(data=list(all), splits={})", None),
        ("book.provenance(data=[DIGITS], splits={})", None),
    ],
)
def test_the_data_that_are_declared_count(code, names):
    found = triggers.data_declared(nodes(code), NOTEBOOKS / "a.ipynb", {})
    assert len(found) > 5 if names is None else list(found) == names


def test_a_cell_that_is_not_plain_python_hides_anything(run_again):
    magic = r'"%matplotlib inline\\n",\n    "import tempfile'
    found = run_again("notebooks/04_denoising.ipynb", '"import tempfile', magic)
    assert found == {"04_denoising": ["code", "module", "originals", "data"]}


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("pixel_utils/metrics.py", "def f(", r"metrics\.py: expected Python, found a syntax error"),
        (
            "notebooks/04_denoising.ipynb",
            "<<<<<<<",
            r"04_denoising\.ipynb: expected a notebook, found a file",
        ),
    ],
)
def test_a_file_that_nobody_can_read_is_named(copy, file, content, message):
    (copy / file).write_text(content)
    with pytest.raises(SystemExit, match=message):
        state(copy)


def test_data_that_there_are_not_are_named():
    with pytest.raises(SystemExit, match=r"a\.ipynb: provenance\(data=\.\.\.\): expected some of .*'digit\.npz'"):
        triggers.data_declared(nodes('book.provenance(data=["digit.npz"])'), NOTEBOOKS / "a.ipynb", {})


def test_pages_are_made_of_all_that_is_shown_whatever_its_age(copy):
    for name in ("_config.yml", "_toc.yml", "CITATION.cff", "data/README.md", "book/intro.md"):
        shutil.copy(ROOT / name, copy / name)
    found = [triggers.page_inputs(copy / "_build", ["04_denoising"])]
    (copy / "book/intro.md").touch()
    assert triggers.page_inputs(copy / "_build", ["04_denoising"]) == found[0]
    for name in ("book/intro.md", "notebooks/04_denoising.ipynb", "_build/outcomes/03_image_scaling.json"):
        (copy / name).parent.mkdir(exist_ok=True, parents=True)
        with open(copy / name, "a", encoding="utf-8") as file:
            file.write(" ")
        found.append(triggers.page_inputs(copy / "_build", ["04_denoising"]))
    found.append(triggers.page_inputs(copy / "_build", ["04_denoising", "05_image_regeneration"]))
    assert len(set(found)) == 5
