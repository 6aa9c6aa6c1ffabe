"""A picture of the reader's own, tried without training: what of a notebook that needs, and what it refuses."""

import ast

import pytest

from book.make import try_picture
from book.make.paths import NOTEBOOKS, measuring_chapters


def cell(source):
    return [ast.parse(source)]


def statements(needed):
    return [ast.unparse(node) for node in needed]


BEFORE = ast.parse(
    "import numpy as np\nSIDE = 3\nimages = load()\nmodel = train(images)\n"
    "def half(x):\n    images = np.array(x)\n    return images[:SIDE]\nSIDE = 4\n"
).body


def test_what_a_cell_uses_and_what_that_uses_is_taken_and_nothing_else():
    needed = try_picture.needed_statements(cell("left, (own, _) = half(picture), model"), BEFORE, {"model"})
    # Neither the training nor pictures that only share a name with something inside of a function.
    assert [text.split("\n")[0] for text in statements(needed)] == ["import numpy as np", "SIDE = 3", "def half(x):"]


def test_bundled_pictures_are_left_out_where_a_reader_has_one():
    tree = try_picture.WithPicture().visit(ast.parse("own = images[0] if yours is None else half(yours)"))
    assert ast.unparse(tree) == "own = half(yours)"


@pytest.mark.parametrize("chapter", measuring_chapters())
def test_a_chapter_shows_a_picture_with_its_saved_model_and_without_training(chapter):
    notebook = try_picture.short_notebook(chapter, "model.keras")
    code = ast.parse("\n".join(cell.source for cell in notebook.cells))
    calls = {getattr(node.func, "attr", "") for node in ast.walk(code) if isinstance(node, ast.Call)}
    assert not calls & {"fit", "trainings", "in_workers", "sweep", "compile"}
    assert {"load_model", "record"} <= calls
    loaded = next(line.split(" = ")[0] for line in notebook.cells[1].source.splitlines() if "load_model" in line)
    assert loaded in try_picture.used(code)


@pytest.mark.parametrize(
    ("chapter", "picture", "message"),
    [
        ("04_denoising", "/nowhere.png", "04_denoising.yml: book: /nowhere.png: expected a picture"),
        ("06_comparison", "x.png", "06_comparison: expected a chapter that takes a picture, found one without"),
        ("07_nothing", "x.png", "chapter: expected one of"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_one_line(chapter, picture, message):
    with pytest.raises(SystemExit) as refused:
        try_picture.main(chapter, picture)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_without_a_model_the_command_that_makes_it_is_named(tmp_path):
    picture = next((NOTEBOOKS.parent / "data/photos").glob("*.jpg"))
    with pytest.raises(FileNotFoundError, match="run make book CHAPTERS=05_image_regeneration"):
        try_picture.main("05_image_regeneration", str(picture), tmp_path)
