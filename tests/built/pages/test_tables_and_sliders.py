"""Tables that sort, pictures with a line between before and after, and figures that scroll in their frames."""

import base64
import io

import PIL.Image
import pytest

from book._ext.book_images import LEAST_SCALE

ROWS = [("b", "1,200 [3, 4]"), ("a", "\N{MINUS SIGN}3.5"), ("c", "0.25"), ("d", "none")]
TABLE = (
    "<table id='planted'><thead><tr><th>name</th><th>error</th></tr></thead><tbody>"
    + "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in ROWS)
    + "</tbody></table>"
)


def column(page, number):
    return page.locator(f"#planted tbody tr > :nth-child({number})").all_inner_texts()


def test_a_table_sorts_by_click_and_by_key(planted):
    page, address = planted(TABLE)
    page.goto(address)
    name, error = page.locator("#planted th button").all()
    error.click()
    assert column(page, 1) == ["a", "c", "b", "d"]
    assert page.locator("#planted thead th").nth(1).get_attribute("aria-sort") == "ascending"
    error.press("Enter")
    # What has no value stays at the end.
    assert column(page, 1) == ["b", "c", "a", "d"]
    error.press("Enter")
    assert column(page, 1) == [row[0] for row in ROWS]
    name.press("Space")
    assert column(page, 1) == ["a", "b", "c", "d"]
    assert page.locator("#planted thead th").nth(1).get_attribute("aria-sort") == "none"


@pytest.mark.parametrize(
    "content",
    [
        TABLE.replace("<td>0.25", "<td rowspan=2>0.25").replace("<td>none</td>", ""),
        TABLE.replace("<thead>", "<thead><tr><th colspan=2>x</th></tr>"),
        "<table id='planted'><thead><tr><th>one</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
    ],
)
def test_other_tables_stay_as_they_are(planted, content):
    page, address = planted(content)
    page.goto(address)
    assert page.locator("#planted").count() == 1
    assert page.locator("#planted button").count() == 0


def test_without_scripts_a_table_is_a_table(planted):
    page, address = planted(TABLE, scripts=False)
    page.goto(address)
    assert page.locator("#planted button").count() == 0
    assert column(page, 1) == [row[0] for row in ROWS]


def pair():
    """An image whose left half is red and whose right half is blue."""
    image = PIL.Image.new("RGB", (400, 100), "red")
    image.paste("blue", (200, 0, 400, 100))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    address = f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    image = f'<img class="before-after" alt="Red, then blue" width="400" height="100" src="{address}">'
    return f"<figure id='planted'>{image}<figcaption>Two colours</figcaption></figure>"


def colour(page, part):
    """Return the colour of the slider's picture at a part of its width."""
    page.mouse.move(0, 0)
    image = PIL.Image.open(io.BytesIO(page.locator(".before-after-slider").screenshot())).convert("RGB")
    red, _, blue = image.getpixel((int(part * image.width), 5))
    return "before" if red > blue else "after"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_line_moves_between_before_and_after(planted, width):
    page, address = planted(pair(), width=width)
    page.goto(address)
    slider = page.locator(".before-after-slider")
    line = slider.locator("input")
    assert slider.bounding_box()["width"] == pytest.approx(200, abs=1)
    assert (colour(page, 0.3), colour(page, 0.7)) == ("before", "after")
    line.focus()
    line.press("End")
    assert (colour(page, 0.3), colour(page, 0.7)) == ("before", "before")
    assert line.get_attribute("aria-valuetext") == "100 % before"
    line.press("Home")
    line.press("ArrowRight")
    assert (colour(page, 0.3), colour(page, 0.7)) == ("after", "after")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 20)
    assert (colour(page, 0.3), colour(page, 0.7)) == ("before", "after")
    assert "arrow keys" in page.locator("#planted figcaption").inner_text()
    assert slider.locator("img[alt='Red, then blue']").count() == 1
    assert line.get_attribute("aria-label")


def test_a_finger_moves_the_line(planted):
    page, address = planted(pair(), width=390)
    page.goto(address)
    line = page.locator(".before-after-slider input")
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    session = page.context.new_cdp_session(page)
    y = box["y"] + box["height"] / 2
    for kind, part in [("touchStart", 0.5), ("touchMove", 0.7), ("touchMove", 0.9), ("touchEnd", None)]:
        points = [] if part is None else [{"x": box["x"] + part * box["width"], "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert int(line.input_value()) > 80


def test_without_scripts_and_on_paper_both_stand_side_by_side(planted):
    page, address = planted(pair(), scripts=False)
    page.goto(address)
    assert page.locator("img.before-after").bounding_box()["width"] == 400
    assert page.locator("#planted figcaption").inner_text() == "Two colours"
    page, address = planted(pair())
    page.goto(address)
    page.emulate_media(media="print")
    assert page.locator(".before-after-slider img.before").bounding_box()["width"] == pytest.approx(400, abs=1)
    assert not page.locator(".before-after-slider input").is_visible()
    assert not page.locator(".slider-hint").is_visible()


def figure(width):
    image = f'<img alt="x" src="../_static/favicon.svg" width="{width}" height="100">'
    style = f"--least-width: {LEAST_SCALE * width}px"
    return f'<figure id="planted"><span class="picture-frame" style="{style}">{image}</span></figure>'


def test_a_wide_figure_scrolls_in_its_frame_on_a_phone(planted):
    page, address = planted(figure(900), width=390)
    page.goto(address)
    frame = page.locator("#planted .picture-frame")
    frame.locator("img").wait_for()
    page.wait_for_function("document.querySelector('#planted .picture-frame').tabIndex === 0")
    assert frame.locator("img").bounding_box()["width"] >= LEAST_SCALE * 900 - 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert frame.get_attribute("aria-label")


def test_a_figure_that_fits_is_no_stop_for_the_tab_key(planted):
    page, address = planted(figure(400), width=1280)
    page.goto(address)
    assert page.locator("#planted .picture-frame").get_attribute("tabindex") is None
