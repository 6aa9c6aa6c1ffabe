"""The policy allows what a page has and nothing else, and code keeps its white space."""

import base64
import hashlib

import pytest

from book.make.policy import CHARSET, add_policies, content_policy, mend_theme, with_policy

PAGE = f"""<!DOCTYPE html>
<html lang="en"><head>{CHARSET}<script src="a.js"></script><script data-x="1">
  let here = 1;
</script></head><body><pre>  two

    four</pre></body></html>"""


def sha256(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_names_the_inline_scripts_of_the_page():
    policy = dict(part.split(" ", 1) for part in content_policy(PAGE).split("; "))
    assert policy["script-src"] == f"'self' {sha256(chr(10) + '  let here = 1;' + chr(10))}"
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"


def test_a_page_gets_its_policy_and_is_otherwise_unchanged():
    page = with_policy(PAGE)
    start = page.index("<meta http-equiv")
    end = page.index("/>", start) + 2
    assert page.index(CHARSET) < start < page.index("<script")
    assert page[:start].rstrip() + page[end:] == PAGE


def test_a_page_without_a_place_for_the_policy_is_refused():
    with pytest.raises(ValueError, match="expected one <meta charset"):
        with_policy("<html><head></head></html>")


def test_what_the_policy_forbids_in_the_themes_templates_is_otherwise():
    button = '<button onclick="toggleFullScreen()"\n class="b">'
    assert mend_theme(button) == '<button type="button" data-action="fullscreen"\n class="b">'
    assert mend_theme('<a href="a.ipynb" target="_blank">') == '<a href="a.ipynb" download>'


def test_every_page_has_a_policy_and_the_index_leads_to_the_first(tmp_path):
    (tmp_path / "book").mkdir()
    page = PAGE.replace("<pre>", '<button onclick="window.print()"></button><pre>')
    (tmp_path / "book/intro.html").write_text(page, encoding="utf-8")
    add_policies(tmp_path, root="book/intro", title="Pixels & more")
    page = (tmp_path / "book/intro.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page
    assert "onclick" not in page
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'url=book/intro.html"' in index
    assert "Pixels &amp; more" in index
    assert "Content-Security-Policy" in index
