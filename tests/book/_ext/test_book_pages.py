"""What pages load, what code weighs, and links to services that run notebooks."""

from types import SimpleNamespace

import pytest
from pygments import highlight
from pygments.lexers import PythonLexer

from book._ext.book_pages import LightFormatter, launch_links, leave_files_out, name_toggles


def test_code_keeps_its_words_and_space_with_few_tags():
    page = highlight("def f(x):\n    return  x + 1\n", PythonLexer(), LightFormatter())
    assert '(x):\n    <span class="k">return</span>  x <span class="o">+</span>' in page


@pytest.mark.parametrize(
    ("body", "kept"), [('<p class="big sd-card">', ["book.js", "design-tabs.js"]), ("<p>sd-card", ["book.js"])]
)
def test_files_that_a_page_does_not_need_are_left_out(body, kept):
    names = ["book.js", "design-tabs.js", "thebe.js"]
    context = {"body": body, "script_files": [SimpleNamespace(filename=name, attributes={}) for name in names]}
    leave_files_out(None, "page", "page.html", context, None)
    assert [file.filename for file in context["script_files"]] == kept


def test_what_shows_the_pages_below_a_chapter_has_a_name():
    context = {"generate_toctree_html": lambda kind: f"<ul><details><summary>{kind}</summary></details></ul>"}
    name_toggles(None, "page", "page.html", context, None)
    shown = context["generate_toctree_html"](kind="sidebar")
    assert shown == '<ul><details><summary aria-label="Pages of this chapter">sidebar</summary></details></ul>'


def test_a_named_repository_is_where_the_services_look():
    links = launch_links("https://github.com/someone/book.git", "main", "notebooks/04_denoising")
    assert links["Colab"].endswith("/github/someone/book/blob/hosted/04_denoising.ipynb")
    assert links["Binder"].endswith("/gh/someone/book/main?urlpath=lab/tree/notebooks/04_denoising.ipynb")


@pytest.mark.parametrize("repository", ["book", "http://elsewhere.invalid/a/b", "https://github.com/only-a-name"])
def test_a_repository_that_the_services_cannot_open_is_refused(repository):
    with pytest.raises(ValueError, match=r"repository\.url: expected https://github\.com/OWNER/NAME, found"):
        launch_links(repository, "main", "notebooks/04_denoising")
