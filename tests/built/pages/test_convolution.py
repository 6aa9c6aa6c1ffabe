"""The windows of a convolution in chapter 01: driven by keyboard, announced, still when asked to be, and not needed."""

import re

import pytest

CHAPTER = "notebooks/01_images_as_data.html"
STATUS = ".convolution-widget .result[role=status]"


@pytest.fixture(autouse=True)
def _chapter_is_built(pages):
    if CHAPTER not in pages:
        pytest.skip("the chapter is not among those that were built")


def press(page, name, key, times=1):
    """Focus a slider with the keyboard's own means and press a key."""
    page.locator(f"#convolution-{name}").focus()
    for _ in range(times):
        page.keyboard.press(key)


def output_size(page):
    found = re.match(r"Output: (\d+) . (\d+)\.", page.locator(STATUS).inner_text())
    return int(found[1]) if found else 0


def cells(page, number, kind):
    return page.locator(f".convolution-widget figure:nth-of-type({number}) rect.{kind}").count()


def formula(size, kernel, stride, padding, dilation):
    return max((size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1, 0)


@pytest.mark.parametrize("width", [1280, 390])
def test_sliders_change_the_output_by_keyboard(visit, width):
    settings = {"size": 7, "kernel": 3, "stride": 1, "padding": 0, "dilation": 1}
    with visit(CHAPTER, width=width) as seen:
        assert output_size(seen.page) == formula(**settings)
        for name, times in [("padding", 1), ("stride", 1), ("dilation", 1), ("size", 3), ("kernel", 1)]:
            press(seen.page, name, "ArrowRight", times)
            settings[name] += times
            assert output_size(seen.page) == formula(**settings), settings
            assert cells(seen.page, 1, "pixel") == settings["size"] ** 2
            assert cells(seen.page, 1, "seen") == settings["kernel"] ** 2
            assert cells(seen.page, 2, "pixel") == formula(**settings) ** 2
        assert not seen.problems


def test_a_window_that_does_not_fit_is_said_so(visit):
    with visit(CHAPTER) as seen:
        for name, key in [("size", "Home"), ("kernel", "End"), ("dilation", "End")]:
            press(seen.page, name, key)
        assert "none" in seen.page.locator(STATUS).inner_text()
        assert cells(seen.page, 2, "pixel") == 0
        assert seen.page.locator(".convolution-widget button").is_disabled()


def test_the_window_moves_one_place_a_press_without_motion(visit):
    with visit(CHAPTER) as seen:
        page, place = seen.page, seen.page.locator("#convolution-position")
        page.locator(".convolution-widget button").focus()
        page.keyboard.press("Enter")
        assert place.get_attribute("aria-valuetext") == "row 1, column 2"
        # The focus is on the button, so a screen reader hears it from a place that announces.
        assert page.locator(".convolution-widget [role=status].visually-hidden").inner_text() == "row 1, column 2"
        page.keyboard.press("Enter")
        assert place.get_attribute("aria-valuetext") == "row 1, column 3"
        press(page, "position", "End")
        assert place.get_attribute("aria-valuetext") == "row 5, column 5"


def test_the_window_runs_and_stops_where_motion_is_welcome(visit):
    with visit(CHAPTER) as seen:
        page, button = seen.page, seen.page.locator(".convolution-widget button")
        page.emulate_media(reduced_motion="no-preference")
        button.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.querySelector('#convolution-position').value >= 2")
        page.keyboard.press("Enter")
        assert button.inner_text() == "Move the window"


def test_a_window_that_no_longer_fits_stands_still(visit):
    with visit(CHAPTER) as seen:
        page, button = seen.page, seen.page.locator(".convolution-widget button")
        page.emulate_media(reduced_motion="no-preference")
        button.press("Enter")
        for name, key in [("size", "Home"), ("kernel", "End"), ("dilation", "End")]:
            press(page, name, key)
        assert button.is_disabled()
        assert button.inner_text() == "Move the window"


def test_every_control_has_a_name_and_shows_its_focus(visit):
    with visit(CHAPTER) as seen:
        controls = seen.page.locator(".convolution-widget :is(input, button)")
        assert controls.count() == 7
        for control in controls.all():
            name = control.evaluate("x => x.labels?.[0]?.textContent ?? x.textContent")
            assert name.strip()
            control.focus()
            seen.page.keyboard.press("Shift")
            assert control.evaluate("x => getComputedStyle(x).outlineStyle") == "solid", name


def test_only_this_chapter_loads_it(html, pages):
    loading = [page for page in pages if "convolution.js" in (html / page).read_text(encoding="utf-8")]
    assert loading == [CHAPTER]


def test_the_page_is_complete_without_scripts(browser, site):
    page = browser.new_page(java_script_enabled=False)
    page.goto(site + CHAPTER)
    assert "The figure above" in page.locator("article").inner_text()
    assert page.locator("#fig-01-windows img").is_visible()
    page.close()
