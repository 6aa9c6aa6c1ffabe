"""Take the picture that README.md shows, from built pages: ``python -m book.make screenshot PROFILE PNG``."""

import io
import os
import sys
from pathlib import Path

import PIL.Image
from playwright.sync_api import sync_playwright

from book.make.browser import find_browser
from book.make.paths import build_folder, pages_folder

PAGE, FIGURE = "notebooks/04_denoising.html", "#fig-04-gallery"
SIZE = {"width": 1280, "height": 800}


def main(html, picture):
    path = find_browser()
    if path is None:
        sys.exit("Expected a Chromium for the screenshot, found none. Install one, or name it in CHROMIUM.")
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root.
        arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto((html / PAGE).resolve().as_uri())
        page.wait_for_load_state("networkidle")
        page.locator(FIGURE).evaluate("figure => figure.scrollIntoView({block: 'center', behavior: 'instant'})")
        shot = page.screenshot()
        browser.close()
    # A palette of 128 colours is enough for text and grey images, and a third of the size.
    PIL.Image.open(io.BytesIO(shot)).convert("RGB").quantize(128).save(picture, optimize=True)
    print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(pages_folder(build_folder(sys.argv[1])), Path(sys.argv[2]))
