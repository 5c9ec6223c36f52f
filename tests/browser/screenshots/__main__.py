"""Takes the pictures of docs/screenshots again.

Run by `make screenshots`; `python -m tests.browser.screenshots inbox palette` takes those whose names start so.
"""

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

from playwright.sync_api import Browser, sync_playwright

from helpdesk.operations.server import end_with_parent
from helpdesk.teams.models import Team
from tests.browser.programs import chromium_path
from tests.browser.screenshots.camera import Camera
from tests.browser.screenshots.chapters import chapters_of
from tests.browser.screenshots.index import write_index

FOLDER = ROOT / "docs" / "screenshots"
LONGEST_DEMO = 300  # seconds until the demo is ready
LONGEST_END = 60  # seconds until it has stopped
IS_THERE = "Ctrl-C stops everything"  # in its output, once it is ready
LANGUAGE = "pt-BR"  # of the browser itself, which draws date and time fields


@contextmanager
def running_demo() -> Iterator[Team]:
    """Run the demo; yields its team once its day has been processed."""
    command = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*command, "setup"], check=True, stdout=subprocess.DEVNULL)
    said = (
        Path(os.environ["VAR_DIR"]) / "screenshots-demo.log"
    )  # a file takes all that it says, and never makes it wait
    with said.open("w") as output:
        process = subprocess.Popen([*command, "demo"], stdout=output, preexec_fn=end_with_parent)
    try:
        _wait_for(process, said)
        yield Team.objects.order_by("pk")[0]
    finally:
        process.terminate()
        try:
            process.wait(LONGEST_END)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_for(process: subprocess.Popen[bytes], said: Path) -> None:
    """Wait for the demo. Raises SystemExit if it ends, or is not ready in time."""
    deadline = time.monotonic() + LONGEST_DEMO
    while IS_THERE not in said.read_text():
        if process.poll() is not None:
            raise SystemExit(f"The demo ended at its start; see {said}")
        if time.monotonic() > deadline:
            raise SystemExit(f"The demo was not there after {LONGEST_DEMO} seconds; see {said}")
        time.sleep(0.5)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Chromium in Portuguese; prints a warning if its own controls are not."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox", f"--lang={LANGUAGE}"],
            env={**os.environ, "LANGUAGE": LANGUAGE.replace("-", "_")},
        )
        page = browser.new_page()
        spoken = page.evaluate("navigator.language")
        page.close()
        if spoken != LANGUAGE:
            print(f"Fields of dates will be drawn in {spoken}: Chromium lacks {LANGUAGE} (on Debian: chromium-l10n).")
        yield browser
        browser.close()


def main() -> None:
    """Take all pictures, or those whose names start with one of the arguments; the index always lists all.

    Raises SystemExit at the end, with the names of pictures that could not be taken.
    """
    with running_demo() as team, running_browser() as browser:
        chapters = chapters_of(team)
        write_index(chapters, FOLDER)
        camera = Camera(browser, team, FOLDER)
        failed = []
        shots = [shot for _title, shots in chapters for shot in shots]
        for shot in sorted(shots, key=lambda each: each.turn):
            if not sys.argv[1:] or shot.name.startswith(tuple(sys.argv[1:])):
                try:
                    camera.take(shot)
                    print(shot.name, flush=True)
                except Exception as error:
                    failed.append(shot.name)
                    print(f"{shot.name}: {error}", file=sys.stderr, flush=True)
    if failed:
        raise SystemExit(f"Not taken: {', '.join(failed)}")


if __name__ == "__main__":
    main()
