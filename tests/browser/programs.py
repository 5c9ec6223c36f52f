"""The system's Chromium."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

SHELL = "chromium-headless-shell"  # the engine without the rest of the browser
PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]


def chromium_path(*names: str) -> str | None:
    """The path of the first of these programs on the system, else of Chromium; None if Playwright must use its own."""
    return next(filter(None, map(shutil.which, [*names, *PROGRAMS])), None)


@contextmanager
def chromium(playwright: Playwright, *names: str, args: Sequence[str] = ()) -> Iterator[Browser]:
    """Run the first of these programs on the system, else Chromium."""
    args = ["--no-sandbox", "--disable-gpu", *args]
    browser = playwright.chromium.launch(executable_path=chromium_path(*names), args=args)
    yield browser
    browser.close()
