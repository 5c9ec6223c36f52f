"""Lighthouse's scores for the inbox and a ticket, on a phone and on a desktop, in a team of 1,000 tickets.

Needs Chromium and Node.js: `python -m benchmarks.lighthouse`. Lighthouse comes from the npm registry through npx;
Playwright logs in, in the profile that Lighthouse then uses. Fails if any category is below 95.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
os.environ["TRIAL"] = "1"
PORT = 8792
BASE = f"http://127.0.0.1:{PORT}"
os.environ |= {"PORT": str(PORT), "BASE_URL": BASE}

import local_environment

local_environment.prepare()

import django

django.setup()

from playwright.sync_api import sync_playwright

from helpdesk.demo.seeding import seed_team
from helpdesk.operations.server import end_with_parent
from helpdesk.teams.actions import create_team
from helpdesk.tickets.models import Ticket

LIGHTHOUSE = "lighthouse@12.8.2"
CATEGORIES = "performance,accessibility,best-practices"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
LEAST = 95


def wait_for_server():
    """Wait until it answers, at most half a minute."""
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"{BASE}/healthz", timeout=2)  # noqa: S310 - loopback
            return
        except OSError:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)


def log_in(chromium, profile, email, password):
    """Log in, so that the profile has a session."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(profile, executable_path=chromium, args=FLAGS[1:])
        page = context.new_page()
        page.goto(f"{BASE}/accounts/login/")
        page.fill("[name=login]", email)
        page.fill("[name=password]", password)
        page.locator("main button").click()
        page.wait_for_url(re.compile("/t/"))
        context.close()


def scores(chromium, profile, path, *options):
    """The score of each category, 0 to 100."""
    command = [
        "npx", "--yes", LIGHTHOUSE, BASE + path, *options, f"--only-categories={CATEGORIES}", "--output=json",
        "--quiet", "--disable-storage-reset", f"--chrome-flags={' '.join([*FLAGS, f'--user-data-dir={profile}'])}",
    ]  # fmt: skip
    ran = subprocess.run(command, env=os.environ | {"CHROME_PATH": chromium}, capture_output=True, timeout=300)
    if ran.returncode:
        sys.exit(ran.stderr.decode())
    found = json.loads(ran.stdout)
    assert path in found["finalDisplayedUrl"], f"Lighthouse was led to {found['finalDisplayedUrl']}"
    return {name: round(category["score"] * 100) for name, category in found["categories"].items()}


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    email = f"lighthouse-{time.time()}@example.com"
    password = secrets.token_urlsafe(16)
    team = create_team("Lighthouse", email, password, "Ana Prado")
    seed_team(team, 1000)
    number = Ticket.objects.for_team(team).unfinished().in_inbox_order()[0].number
    server = subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "serve"], preexec_fn=end_with_parent)
    lowest = 100
    try:
        with tempfile.TemporaryDirectory() as profile:
            wait_for_server()
            log_in(chromium, profile, email, password)
            for path in (f"/t/{team.slug}/", f"/t/{team.slug}/tickets/{number}/"):
                for device, options in (("phone", []), ("desktop", ["--preset=desktop"])):
                    found = scores(chromium, profile, path, *options)
                    lowest = min(lowest, *found.values())
                    print(f"{path:32} {device:8} " + "  ".join(f"{name} {score}" for name, score in found.items()))
    finally:
        server.terminate()
        server.wait()
    sys.exit(lowest < LEAST)


if __name__ == "__main__":
    main()
