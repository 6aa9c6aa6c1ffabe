"""The built pages in a real browser: whole, reachable by everyone, and asking no other host for anything."""

import pytest
from axe_playwright_python.sync_playwright import Axe

WIDTHS = (1280, 390)
# Bytes, none of them compressed on the way.
FIRST_LOAD = 2e6
CHAPTER = "notebooks/04_denoising.html"
# axe reads style sheets anew unless told not to: those requests would be counted as the page's.
EVERYTHING = {"resultTypes": ["violations"], "preload": False}
ONLY_COLOURS = {**EVERYTHING, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

WIDE_IMAGES = """() => [...document.images].filter(image => {
    const box = image.getBoundingClientRect();
    // What scrolls in a frame of its own may be wider than the page; the frame may not, see "width".
    const within = box.left >= 0 && box.right <= document.documentElement.clientWidth + 1;
    return box.width > 0 && !within && !image.closest(".picture-frame");
}).map(image => image.outerHTML)"""

SQUEEZED_IMAGES = """() => [...document.querySelectorAll("article img[width][height]")].filter(image => {
    const box = image.getBoundingClientRect();
    const drawn = image.getAttribute("width") / image.getAttribute("height");
    return box.height > 0 && getComputedStyle(image).objectFit === "fill"
        && Math.abs(box.width / box.height / drawn - 1) > 0.05;
}).map(image => image.outerHTML)"""

# What scrolls sideways must be reachable with the tab key, itself or by something in it.
OUT_OF_REACH = """() => [...document.querySelectorAll("body *")].filter(element =>
    ["auto", "scroll"].includes(getComputedStyle(element).overflowX)
    && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1
    && element.tabIndex < 0 && !element.querySelector("a[href], button, input, [tabindex='0']")
).map(element => element.outerHTML.slice(0, 200))"""


LOAD_IMAGES = """() => Promise.all([...document.querySelectorAll("article img")].map(image => {
    image.loading = "eager";
    return image.decode();
})).then(() => {})"""

# Fewer than two pixels for each that they are shown with.
BLURRED_IMAGES = """() => [...document.querySelectorAll("figure img")].filter(image =>
    !image.src.endsWith(".svg") && image.naturalWidth < 2 * image.clientWidth - 1
).map(image => `${image.src}: ${image.naturalWidth} for ${image.clientWidth}`)"""

WITHOUT_ORIGIN = """() => [...document.querySelectorAll(".cell_output :is(figcaption, table)")].filter(place => {
    const origin = (place.matches("table") ? place.parentElement : place).querySelector(".origin a");
    return document.querySelector(origin?.getAttribute("href") ?? "none") !== place.closest(".cell");
}).map(place => place.outerHTML.slice(0, 200))"""


def violations(page, options=EVERYTHING):
    """Return what axe-core finds on a page, except what it calls minor."""
    # What fades in has not got its colours yet.
    page.evaluate("Promise.allSettled(document.getAnimations().map(animation => animation.finished)).then(() => {})")
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['impact']}: {violation['id']}: {node['html'][:200]}"
        for violation in found
        if violation["impact"] != "minor"
        for node in violation["nodes"]
    ]


def switch_colours(page, colours):
    page.emulate_media(color_scheme=colours)
    page.wait_for_function("colours => document.documentElement.dataset.theme === colours", arg=colours)


def complaints(seen, site):
    """Return everything that is wrong with an open page, by kind."""
    page = seen.page
    # What is folded away is looked at, too.
    page.evaluate("document.querySelectorAll('article details').forEach(element => { element.open = true })")
    width = page.viewport_size["width"]
    overflow = page.evaluate("document.documentElement.scrollWidth") - width
    weight = sum(seen.weights.values())
    page.evaluate(LOAD_IMAGES)
    found = {
        "weight": [f"{weight / 1e6:.2f} MB before the reader moves"] if weight > FIRST_LOAD else [],
        "blurred": page.evaluate(BLURRED_IMAGES),
        "origin": page.evaluate(WITHOUT_ORIGIN),
        "foreign": [url for url in seen.requests if not url.startswith((site, "data:"))],
        "problem": seen.problems,
        "width": [f"{overflow} px too wide"] if overflow > 0 else [],
        "image": page.evaluate(WIDE_IMAGES),
        "shape": page.evaluate(SQUEEZED_IMAGES),
        "scrolling": page.evaluate(OUT_OF_REACH),
    }
    # Minutes on a long page. Where there is room the most is shown; colours are the same at every width.
    if width == WIDTHS[0]:
        found["access"] = violations(page)
    else:
        switch_colours(page, "dark")
        found["access in the dark"] = violations(page, ONLY_COLOURS)
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_gives_cause_for_complaint(visit, site, built_page, width):
    with visit(built_page, width=width) as seen:
        found = complaints(seen, site)
    assert not any(found.values()), "\n".join(f"{kind}: {each}" for kind, all_ in found.items() for each in all_)


# Against the content policy, and what the complaint about it says.
FAULTS = {
    "foreign": ("new Image().src = 'http://foreign.invalid/pixel.png'", "http://foreign.invalid/pixel.png"),
    "problem": (
        "const script = document.createElement('script'); script.textContent = '1'; document.body.append(script)",
        "Content Security Policy",
    ),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_breach_of_the_policy_is_noticed(visit, site, kind):
    fault, words = FAULTS[kind]
    with visit("book/intro.html", width=390) as seen:
        seen.page.evaluate(fault)
        seen.page.wait_for_load_state("networkidle")
        found = complaints(seen, site)
        assert any(words in complaint for complaint in found[kind]), found


def test_a_script_that_the_page_did_not_have_is_not_run(visit):
    with visit(CHAPTER) as seen:
        seen.page.evaluate(
            "const script = document.createElement('script');"
            "script.textContent = 'window.planted = true'; document.head.append(script)"
        )
        assert seen.page.evaluate("window.planted") is None
        assert any("Content Security Policy" in problem for problem in seen.problems)


def test_the_index_leads_to_the_first_page(visit, toc):
    with visit("index.html") as seen:
        seen.page.wait_for_url(f"**/{toc['root']}.html")
        # Leaving at once cuts off what the index itself still loads; that is no fault.
        assert not [problem for problem in seen.problems if not problem.startswith("failed")]


def test_chapter_page_shows_its_figures_and_formulas(visit):
    with visit(CHAPTER) as seen:
        assert seen.page.locator("article figure").count() >= 5
        assert seen.page.locator("mjx-container").count() > 5
        assert "WARNING" not in seen.page.locator("article").inner_text()


def test_search_finds_the_chapter(visit):
    with visit("book/intro.html") as seen:
        seen.page.locator(".search-button__button:visible").first.click()
        seen.page.locator("#pst-search-dialog input").fill("clothes")
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_selector("ul.search li a")
        assert "digit under clothes" in seen.page.locator("ul.search").inner_text()
        assert not seen.problems


def test_colours_can_be_chosen_and_stay_chosen(visit):
    with visit("book/intro.html") as seen:
        theme = "document.documentElement.dataset.theme"
        button = seen.page.locator(".theme-switch-button:visible")
        for _ in range(3):
            button.click()
            if seen.page.evaluate(theme) == "dark":
                break
        seen.page.reload()
        assert seen.page.evaluate(theme) == "dark"
        assert not seen.problems


def test_header_buttons_work(visit):
    with visit(CHAPTER) as seen:
        seen.page.evaluate("window.print = () => { window.printed = true }")
        assert not seen.page.locator(".btn-download-source-button").is_visible()
        seen.page.locator(".dropdown-download-buttons > button").click()
        assert seen.page.locator(".btn-download-source-button").is_visible()
        seen.page.locator("[data-action=print]").click()
        assert seen.page.evaluate("window.printed")
        seen.page.locator("[data-action=fullscreen]").click()
        seen.page.wait_for_function("document.fullscreenElement !== null")
        assert not seen.problems


@pytest.mark.parametrize("width", WIDTHS)
def test_the_side_bar_opens_and_closes(visit, width):
    with visit(CHAPTER, width=width) as seen:
        entry = seen.page.locator(".bd-sidebar-primary .bd-links a").last
        before = entry.is_visible()
        assert before == (width > 1000)
        seen.page.locator(".primary-toggle").click()
        entry.wait_for(state="hidden" if before else "visible")
        if not before:
            # On a narrow page it lies over the text until it is left.
            seen.page.keyboard.press("Escape")
            entry.wait_for(state="hidden")
        assert not seen.problems


def test_pages_open_from_a_folder_without_a_server(visit, html):
    with visit("book/intro.html") as seen:
        seen.page.goto((html / CHAPTER).as_uri())
        seen.page.wait_for_selector("mjx-container")
        assert seen.page.evaluate("typeof window.toggleFullScreen") == "function"
        assert not seen.problems
