"""What readers take away: notebooks, the book as one file, paper; and services that run notebooks."""

import hashlib
import json
from pathlib import Path

import nbformat
import yaml
from bs4 import BeautifulSoup

LARGEST_NOTEBOOK = 3e6


def test_every_chapter_offers_its_notebook_with_and_without_results(html, chapters):
    for chapter in chapters:
        name = chapter.removeprefix("notebooks/").replace(".html", ".ipynb")
        executed = json.loads((html / "_sources/notebooks" / name).read_text(encoding="utf-8"))
        clean = nbformat.read(html / "downloads" / name, as_version=4)
        nbformat.validate(clean)
        assert any(cell.get("outputs") for cell in executed["cells"])
        assert not any(cell.get("outputs") for cell in clean.cells)
        assert (html / "_sources/notebooks" / name).stat().st_size < LARGEST_NOTEBOOK
        tags = {tag for cell in executed["cells"] for tag in cell["metadata"].get("tags", [])}
        assert not [tag for tag in tags if tag.startswith("cell-id-")]
        for taken in (clean.cells, executed["cells"]):
            assert taken[0]["id"] == "where-the-book-is"
            assert taken[1]["cell_type"] == "markdown"


def test_a_chapter_offers_its_own_model_with_its_checksum(html, chapters, results):
    offered = []
    for chapter in chapters:
        name = Path(chapter).stem
        model = results / name / "model.keras"
        links = BeautifulSoup((html / chapter).read_text(encoding="utf-8"), "html.parser").select("a.download")
        files = [(html / chapter).parent / link["href"] for link in links if link["href"].endswith(".keras")]
        assert len(files) == model.is_file()
        for file in files:
            assert file.read_bytes() == model.read_bytes()
            assert hashlib.sha256(file.read_bytes()).hexdigest() in (html / chapter).read_text(encoding="utf-8")
            offered.append(name)
    assert offered


def test_the_buttons_download_them(visit, chapters):
    with visit(chapters[0]) as seen:
        page = seen.page
        for label in ("source", "clean"):
            page.locator(".dropdown-download-buttons > button").click()
            with page.expect_download() as download:
                page.locator(f".btn-download-{label}-button").click()
            assert download.value.suggested_filename.endswith(".ipynb")
            page.keyboard.press("Escape")


def test_pages_run_nowhere_unless_a_repository_is_named(html, chapters):
    named = bool(yaml.safe_load(Path("_config.yml").read_text(encoding="utf-8"))["repository"]["url"])
    for chapter in chapters:
        assert ("launch-colab" in (html / chapter).read_text(encoding="utf-8")) == named


def test_the_book_as_one_file_needs_no_other(browser, html, tmp_path, chapters):
    alone = tmp_path / "book.html"
    alone.write_bytes((html / "downloads/predicting-pixels.html").read_bytes())
    page, requests, problems = browser.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.set_default_timeout(120_000)
    page.goto(alone.as_uri())
    page.wait_for_selector("mjx-container")
    assert [url for url in requests if not url.startswith(("data:", alone.as_uri()))] == []
    assert problems == []
    assert page.locator("h1").count() == 1
    assert page.locator("figure img").count() >= 5 * len(chapters) / 2
    dead = page.evaluate(
        """() => [...document.querySelectorAll("a[href^='#']")].map(link => link.getAttribute("href").slice(1))
            .filter(name => !document.getElementById(decodeURIComponent(name)))"""
    )
    assert dead == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()


def test_paper_shows_the_text_and_all_that_is_folded(visit):
    with visit("notebooks/04_denoising.html") as seen:
        page = seen.page
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert not page.locator(".bd-sidebar-primary").is_visible()
        assert not page.locator(".bd-sidebar-secondary").is_visible()
        assert page.locator("article details").count() > 0
        assert page.locator("article details:not([open])").count() == 0
        assert (
            page.locator("article figure img").first.evaluate("x => getComputedStyle(x.closest('figure')).breakInside")
            == "avoid"
        )
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert page.locator("article details:not([open])").count() > 0
        assert not seen.problems
