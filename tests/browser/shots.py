"""Pictures of pages under test, to look at them oneself: in the folder that SHOTS names, else none."""

import os
from pathlib import Path

SHOTS = os.environ.get("SHOTS", "")


def shoot(page, name, *, full_page=True):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=full_page)
