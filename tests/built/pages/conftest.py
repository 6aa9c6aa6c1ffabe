"""What the tests of built pages share: one browser, one server, and pages opened in them."""

import functools
import http.server
import os
import threading

import pytest
import yaml
from playwright.sync_api import sync_playwright

from book.make.browser import find_browser
from book.make.paths import PUBLISHED, build_folder, pages_folder, source_folder


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
def html(build):
    """The folder of the rendered book."""
    return pages_folder(build)


@pytest.fixture(scope="session")
def site(html):
    """Serve the book and return its address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=html)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def toc(build):
    return yaml.safe_load((source_folder(build) / "_toc.yml").read_text(encoding="utf-8"))


def built_pages(html):
    found = [path.relative_to(html) for path in html.rglob("*.html")]
    return sorted(path.as_posix() for path in found if path.parts[0] not in ("_static", "downloads"))


def pytest_generate_tests(metafunc):
    """Run a test that asks for ``built_page`` once for each page of the site."""
    if "built_page" in metafunc.fixturenames:
        html = pages_folder(build_folder(metafunc.config.getoption("--profile") or PUBLISHED))
        # The index forwards to the first page, which is opened by its own name. Without a book the one test is skipped.
        metafunc.parametrize("built_page", [page for page in built_pages(html) if page != "index.html"] or ["none"])


@pytest.fixture(scope="session")
def pages(html):
    """Paths of all pages within the site."""
    return built_pages(html)


@pytest.fixture(scope="session")
def chapters(pages):
    return [page for page in pages if page.startswith("notebooks/")]


class Visit:
    """A page opened at one width, with everything it asked for and complained about."""

    def __init__(self, browser, address, *, width=1280):
        self.requests, self.problems, self.weights = [], [], {}
        # Without motion a page shows its final colours at once.
        self.page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("response", self._weigh)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("console", self._note)
        self.page.on("requestfailed", lambda request: self.problems.append(f"failed: {request.url}"))
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")

    def _weigh(self, response):
        self.weights[response.url] = int(response.headers.get("content-length", 0))

    def _note(self, message):
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.page.close()


@pytest.fixture(scope="session")
def visit(browser, site):
    """Open a page of the book: ``with visit("book/intro.html", width=390) as seen: ...``."""

    def open_page(page, **options):
        return Visit(browser, site + page, **options)

    return open_page


@pytest.fixture
def planted(browser, site, html):
    """Give the book a page with a content of one's own: ``page, address = planted("<table>...")``, to be gone to."""
    contexts = []

    def plant(content, *, scripts=True, width=1280):
        text = (html / "book/intro.html").read_text(encoding="utf-8").replace("</article>", f"{content}</article>")
        screen = {"viewport": {"width": width, "height": 900}, "has_touch": True}
        contexts.append(browser.new_context(java_script_enabled=scripts, **screen))
        page = contexts[-1].new_page()
        address = f"{site}book/planted.html"
        page.route(address, lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
        return page, address

    yield plant
    for context in contexts:
        context.close()
