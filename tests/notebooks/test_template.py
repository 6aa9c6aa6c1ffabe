"""The template is a chapter that runs and renders: executed in profile smoke, staged, rendered without a warning."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import render
import run_chapter
import stage
import structure
import yaml

# The smallest book that holds the template; its citations need the bibliography.
TOC = {
    "format": "jb-book",
    "root": "notebooks/template",
    "parts": [{"caption": "About", "chapters": [{"file": "book/bibliography"}]}],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a build of the template alone."""
    build = tmp_path_factory.mktemp("template")
    for folder in ("executed", "times"):
        (build / folder).mkdir()
    parameters = run_chapter.profile_parameters("template", "smoke")
    executed, results = build / "executed/template.ipynb", build / "results/template"
    run_chapter.run("template", parameters, executed=executed, results=results)
    (build / "times/template.tsv").write_text("s\n60\n")
    stage.main(build, ["template"])
    (build / "src/_toc.yml").write_text(yaml.safe_dump(TOC))
    render.main(build / "src", build / "html")
    return build


def test_the_template_is_no_chapter():
    toc = Path("_toc.yml").read_text(encoding="utf-8")
    assert "template" not in toc


def test_the_template_leaves_results(made):
    results = made / "results/template"
    assert json.loads((results / "provenance.json").read_text())["profile"] == "smoke"
    assert {"test_mse", "best_rate", "gain_low"} <= json.loads((results / "values.json").read_text()).keys()
    assert (results / "model.keras").is_file()
    assert (results / "gallery.png").is_file()


def test_every_figure_is_described(made):
    notebook = json.loads(Path("notebooks/template.ipynb").read_text(encoding="utf-8"))
    executed = json.loads((made / "executed/template.ipynb").read_text())
    assert structure.undescribed_figures(notebook, executed) == []


def test_the_template_renders(made):
    page = (made / "html/notebooks/template.html").read_text()
    for section in structure.SECTIONS:
        assert f">{section}" in page
    assert '<span class="constant">95 %</span>' in page
    assert 'id="obj-template-error"' in page
    assert 'href="#obj-template-error"' in page
    assert 'class="solution dropdown admonition"' in page


def test_no_id_stands_twice(made):
    page = (made / "html/notebooks/template.html").read_text()
    ids = re.findall(r'<[^>]*\sid="([^"]+)"', page)
    assert len(ids) > len(structure.SECTIONS)
    assert [name for name, count in Counter(ids).items() if count > 1] == []
