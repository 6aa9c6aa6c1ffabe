"""A picture of the reader's own, shown by the model of a built book."""

import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest

from book.make import try_picture


@pytest.mark.parametrize("chapter", ["04_denoising", "05_image_regeneration"])
def test_a_picture_is_shown_without_training(chapter, build, tmp_path, capsys):
    picture = tmp_path / "<one>.png"
    paper = PIL.Image.fromarray(np.full((300, 300, 3), 235, np.uint8))
    PIL.ImageDraw.Draw(paper).line([(150, 60), (150, 240)], fill=(20, 20, 20), width=24)
    paper.save(picture)
    try_picture.main(chapter, str(picture), build)
    page = build / f"try/{chapter}.html"
    assert capsys.readouterr().out.splitlines()[-1] == str(page)
    text = page.read_text(encoding="utf-8")
    assert "data:image/png;base64," in text
    assert "&lt;one&gt;.png" in text
    assert "http" not in text
