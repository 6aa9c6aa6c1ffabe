"""Pictures of pages: light copies that look alike, their sizes, and frames in which wide ones scroll."""

import io

import numpy as np
import PIL.Image
from skimage.metrics import peak_signal_noise_ratio

from book._ext.book_images import light_name, shown_size, to_webp


def opened(webp):
    return np.asarray(PIL.Image.open(io.BytesIO(webp)).convert("RGBA"))


def test_a_plot_is_kept_exactly_and_a_photograph_closely(plot):
    assert np.array_equal(opened(to_webp(plot)), np.asarray(plot))
    rows, columns = np.mgrid[:200, :200]
    smooth = 128 + 60 * np.sin(rows / 20) + 50 * np.cos(columns / 31)
    camera = smooth[..., None] + np.random.default_rng(0).normal(0, 3, (200, 200, 3))
    photograph = PIL.Image.fromarray(camera.clip(0, 255).astype(np.uint8))
    lossy, exact = to_webp(photograph), io.BytesIO()
    assert np.inf > peak_signal_noise_ratio(np.asarray(photograph), opened(lossy)[..., :3]) >= 35
    photograph.save(exact, "WEBP", lossless=True)
    assert len(lossy) < exact.tell() / 2


def test_an_image_without_a_density_is_shown_pixel_by_pixel():
    assert shown_size(PIL.Image.new("L", (30, 20))) == (30, 20)


def test_a_page_shows_light_copies_at_their_size_and_loads_the_first_at_once(rendered, plot):
    first, second = rendered("![One](a.png)\n\n![Two](b.png)", a=plot, b=plot.resize((60, 40))).find_all("img")
    assert (first["width"], first["height"], first.get("loading")) == ("60", "40", None)
    assert (second["width"], second["height"], second["loading"], second["alt"]) == ("30", "20", "lazy", "Two")
    assert first["src"] != second["src"]
    assert first["src"].endswith(".webp")


def test_what_is_made_already_is_taken_and_what_no_page_shows_goes(rendered, plot, tmp_path):
    rendered("![One](a.png)", a=plot)
    made = tmp_path / "light" / light_name((tmp_path / "src/a.png").read_bytes())
    made.write_bytes(b"made before")
    (tmp_path / "light/stale.webp").write_bytes(b"")
    image = rendered("![One](a.png)").img
    assert (tmp_path / "built" / image["src"]).read_bytes() == b"made before"
    assert [*(tmp_path / "light").iterdir()] == [made]
    # Another picture of the same name is another one.
    image = rendered("![One](a.png)", a=plot.resize((60, 40))).img
    assert (tmp_path / "built" / image["src"]).read_bytes() != b"made before"


def test_a_figure_scrolls_in_a_frame_but_not_one_with_a_slider(rendered, plot):
    text = "```{{figure}} a.png\n:alt: A line\n:class: {}\n\nA caption\n```\n\n"
    framed, slider = rendered(text.format("wide") + text.format("before-after"), a=plot).find_all("figure")
    link = framed.img.parent
    assert (link["class"], link["href"]) == (["enlarge"], framed.img["src"])
    assert link.parent["class"] == ["picture-frame"]
    assert link.parent["style"] == "--least-width: 36px"
    assert slider.img["class"] == ["before-after"]
    assert slider.img.parent == slider
    assert not rendered("![Alone](a.png)", a=plot).find_all(class_="picture-frame")
