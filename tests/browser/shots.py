"""Saves pictures of pages under test for a person to look at, if SHOTS names a folder."""

import os
from pathlib import Path

SHOTS = os.environ.get("SHOTS", "")


def shoot(page, name, *, full_page=True):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=full_page)
