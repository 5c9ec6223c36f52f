"""Takes the pictures of docs/screenshots anew: `make screenshots`, or
`python -m tests.browser.screenshots inbox palette` for those whose names begin so."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PORT = 8793
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
os.environ.setdefault("VAR_DIR", str(ROOT / "var" / "screenshots"))
os.environ |= {"TRIAL": "1", "PORT": str(PORT), "BASE_URL": f"http://127.0.0.1:{PORT}"}
os.environ |= {"DJANGO_ALLOW_ASYNC_UNSAFE": "true"}

import local_environment

local_environment.prepare()

import django

django.setup()

from playwright.sync_api import sync_playwright

from helpdesk.operations.server import end_with_parent
from helpdesk.teams.models import Team
from tests.browser.conftest import chromium_path
from tests.browser.screenshots.camera import Camera
from tests.browser.screenshots.chapters import chapters_of
from tests.browser.screenshots.index import write_index

FOLDER = ROOT / "docs" / "screenshots"
LONGEST_DEMO = 300  # seconds until it is there


@contextmanager
def running_demo() -> Iterator[Team]:
    """The demo's team, once its day is worked through."""
    command = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*command, "setup"], check=True, stdout=subprocess.DEVNULL)
    process = subprocess.Popen([*command, "demo"], stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
    try:
        deadline = time.monotonic() + LONGEST_DEMO
        assert process.stdout
        while "Ctrl-C stops everything" not in process.stdout.readline():
            assert process.poll() is None, "the demo ended at its start"
            assert time.monotonic() < deadline, "the demo did not start"
        yield Team.objects.order_by("pk")[0]
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    """Take them all, or those whose names begin with one of the arguments; the index lists all."""
    with running_demo() as team, sync_playwright() as playwright:
        chapters = chapters_of(team)
        write_index(chapters, FOLDER)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--lang=pt-BR"])
        camera = Camera(browser, team, FOLDER)
        shots = [shot for _title, shots in chapters for shot in shots]
        for shot in sorted(shots, key=lambda each: each.turn):
            if not sys.argv[1:] or shot.name.startswith(tuple(sys.argv[1:])):
                camera.take(shot)
                print(shot.name, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
