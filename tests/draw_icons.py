"""Draws the icons of the installed app from static/icon.svg: `make icons`.

Phones crop the maskable icon and Apple's to their own shape, so the background fills those to the edges. The badge has
no background, because only its outline is shown.
"""

import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "static"
AS_IT_IS = (STATIC / "icon.svg").read_text()
TO_THE_EDGES = AS_IT_IS.replace(' rx="8"', "")
NO_GROUND = re.sub("<rect[^>]*/>", "", AS_IT_IS).replace('viewBox="0 0 32 32"', 'viewBox="7 10 18 18"')
DRAWINGS = [  # file, size in pixels, what is drawn
    ("icon-192.png", 192, AS_IT_IS),
    ("icon-512.png", 512, AS_IT_IS),
    ("maskable-512.png", 512, TO_THE_EDGES),
    ("apple-touch-icon.png", 180, TO_THE_EDGES),
    ("badge-96.png", 96, NO_GROUND),
]


def draw(browser: Browser, name: str, size: int, svg: str) -> None:
    page = browser.new_page(viewport={"width": size, "height": size})
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block; width: {size}px }}</style>{svg}")
    page.screenshot(path=STATIC / "icons" / name, omit_background=True)
    page.close()


def main() -> None:
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for drawing in DRAWINGS:
            draw(browser, *drawing)
        browser.close()


if __name__ == "__main__":
    main()
