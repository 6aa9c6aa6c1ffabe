"""The built pages in a real browser: all there, whole, and asking no other host for anything."""

import functools
import http.server
import os
import threading
from pathlib import Path

import pytest
import yaml
from browser import find_browser
from playwright.sync_api import sync_playwright
from render import missing_pages

WIDTHS = (390, 1280)


@pytest.fixture(scope="session")
def browser():
    path = find_browser()
    if path is None:
        reason = "no Chromium found; install one or name it in CHROMIUM"
        pytest.fail(reason) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(reason)
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root.
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(build):
    """Serve the book and return its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=build / "html")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def toc(build):
    return yaml.safe_load((build / "src/_toc.yml").read_text())


@pytest.fixture(scope="session")
def pages(build):
    html = build / "html"
    found = [path.relative_to(html) for path in html.rglob("*.html")]
    return sorted(str(path) for path in found if path.parts[0] != "_static")


class Visit:
    """A page opened at one width and colour scheme, with everything it asked for and complained about."""

    def __init__(self, browser, address, *, width=1280, colours="light"):
        self.requests, self.problems = [], []
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=colours)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("console", self._note)
        self.page.on("requestfailed", lambda request: self.problems.append(f"failed: {request.url}"))
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")

    def _note(self, message):
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.page.close()


def test_every_page_of_the_table_of_contents_is_there(toc, build):
    assert missing_pages(toc, build / "html") == []


def test_a_missing_page_is_noticed(toc, tmp_path):
    assert "notebooks/04_denoising.html" in missing_pages(toc, tmp_path)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages_open_without_error_or_foreign_request(browser, site, pages, width, colours):
    for page in pages:
        with Visit(browser, site + page, width=width, colours=colours) as visit:
            foreign = [url for url in visit.requests if not url.startswith((site, "data:"))]
            assert not foreign, f"{page} asks {foreign}"
            assert not visit.problems, f"{page}: {visit.problems}"
            overflow = visit.page.evaluate("document.documentElement.scrollWidth") - width
            assert overflow <= 0, f"{page} is {overflow} px wider than a screen of {width} px"


def test_a_foreign_request_and_an_error_are_noticed(browser, site, build):
    planted = build / "html/planted.html"
    planted.write_text("<script src='http://foreign.invalid/x.js'></script><script>nothing()</script>")
    try:
        with Visit(browser, site + "planted.html") as visit:
            assert "http://foreign.invalid/x.js" in visit.requests
            assert any("nothing is not defined" in problem for problem in visit.problems)
    finally:
        planted.unlink()


def test_chapter_page_shows_its_figures_and_formulas(browser, site):
    with Visit(browser, site + "notebooks/04_denoising.html") as visit:
        figures = visit.page.locator("article figure")
        assert figures.count() >= 5
        images = visit.page.locator("article img")
        broken = images.evaluate_all("all => all.filter(image => !image.complete || !image.naturalWidth).length")
        unnamed = images.evaluate_all("all => all.filter(image => !image.alt.trim()).length")
        assert (broken, unnamed) == (0, 0)
        assert visit.page.locator("mjx-container").count() > 5
        assert "WARNING" not in visit.page.locator("article").inner_text()


def test_search_finds_the_chapter(browser, site):
    with Visit(browser, site + "search.html?q=clothes") as visit:
        visit.page.wait_for_selector("ul.search li a")
        assert "digit under clothes" in visit.page.locator("ul.search").inner_text()


def test_page_weight_is_kept(build):
    html = build / "html"
    total = sum(path.stat().st_size for path in html.rglob("*") if path.is_file() and "_sources" not in path.parts)
    assert total < 25e6, f"the site weighs {total / 1e6:.1f} MB"
    assert Path(html / "notebooks/04_denoising.html").stat().st_size < 2e6
