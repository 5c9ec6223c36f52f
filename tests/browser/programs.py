"""Chromium, as the system has it."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright

SHELL = "chromium-headless-shell"  # the engine, without the program around it
PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]


def chromium_path(*names: str) -> str | None:
    """Where the system has the first of these, or Chromium; None where Playwright's own is to be taken."""
    return next(filter(None, map(shutil.which, [*names, *PROGRAMS])), None)


@contextmanager
def chromium(playwright: Playwright, *names: str, args: Sequence[str] = ()) -> Iterator[Browser]:
    """Chromium, from the system where it is there: the first of these programs, or the whole of it."""
    args = ["--no-sandbox", "--disable-gpu", *args]
    browser = playwright.chromium.launch(executable_path=chromium_path(*names), args=args)
    yield browser
    browser.close()
