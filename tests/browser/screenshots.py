"""The pictures of docs/screenshots, taken anew of a demo of their own: `make screenshots`, or
`python -m tests.browser.screenshots inbox palette` for those whose names begin so."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
PORT = 8793
BASE = f"http://127.0.0.1:{PORT}"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
os.environ.setdefault("VAR_DIR", str(ROOT / "var" / "screenshots"))
os.environ |= {"TRIAL": "1", "PORT": str(PORT), "BASE_URL": BASE, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}

import local_environment

local_environment.prepare()

import django

django.setup()

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from helpdesk.operations.server import end_with_parent
from helpdesk.teams.models import Membership, Team
from helpdesk.tickets.models import Status, Ticket
from tests.browser.conftest import chromium_path
from tests.browser.screenshot_states import (
    ask_many,
    be_asked,
    be_offered_push,
    be_too_late,
    busiest_lesson,
    failed_email,
    go_offline,
    hold_back,
    learner_pages,
    look_on,
    new_team,
    of_nobody,
    resolve_many,
    save_views,
)

FOLDER = ROOT / "docs" / "screenshots"
QUALITY = 82  # of WebP: text stays sharp
LONGEST_DEMO = 300  # seconds until it is there


class Screen(NamedTuple):
    """Whose hand it is in."""

    width: int
    height: int
    scheme: str = "light"
    scale: int = 1
    is_phone: bool = False


DESKTOP = Screen(1440, 900)
DARK = DESKTOP._replace(scheme="dark")
WIDE = Screen(1920, 1080)
PHONE = Screen(360, 740, scale=2, is_phone=True)
DARK_PHONE = PHONE._replace(scheme="dark")


class Shot(NamedTuple):
    """One picture: of a page's address, once something has been done there; as a person, by the name of their session.

    A path that has to be made first is a function.
    """

    name: str
    screen: Screen
    path: str | Callable[[], str]
    prepare: Callable[[Page], None] = lambda page: None
    person: str = "owner"


def keys(*names: str) -> Callable[[Page], None]:
    """Press these keys; what is in quotation marks is typed."""

    def press(page: Page) -> None:
        for name in names:
            if name.startswith('"'):
                page.keyboard.type(name.strip('"'))
            else:
                page.keyboard.press(name)
            page.wait_for_timeout(400)

    return press


def first(selector: str) -> Callable[[Page], None]:
    """Press the first that fits."""
    return lambda page: page.locator(selector).first.click()


def choose(count: int) -> Callable[[Page], None]:
    """Choose so many tickets of the list."""

    def check(page: Page) -> None:
        for place in range(count):
            page.locator(".row input[name=ticket]").nth(place).check(force=True)

    return check


def write(*then: str) -> Callable[[Page], None]:
    """Begin a reply, then press these keys."""

    def begin(page: Page) -> None:
        page.locator(".dock-reply").click()
        page.locator("#write-reply").fill("")
        keys(*then)(page)

    return begin


def take(page: Page) -> None:
    """Take the ticket; its undo is offered."""
    page.keyboard.press("t")
    page.locator(".toast").first.wait_for()


def shots(team: Team) -> list[Shot]:
    """All of them; paths begin at the team's own address, or with a slash, or name another."""
    tickets = Ticket.objects.for_team(team)
    asked = tickets.unfinished().exclude(question="").order_by("number").first()
    answered = tickets.filter(messages__kind="reply").order_by("number")
    replied = answered.filter(status=Status.PENDING).first() or answered.first()
    quiet = tickets.unfinished().filter(question="", status=Status.NEW).order_by("-number").first()
    assert asked, "the demo has a question"
    assert replied, "the demo has a conversation"
    assert quiet, "the demo has a ticket of which nobody knows the question"
    own, question, conversation = (f"tickets/{each.number}/" for each in (quiet, asked, replied))
    pages = learner_pages(team)
    return [
        Shot("inbox", DESKTOP, "", first(".row-link")),
        Shot("inbox-dark", DARK, "", choose(5)),
        Shot("inbox-filters", DESKTOP, "", keys("f")),
        Shot("inbox-search", DESKTOP, "?q=maria"),
        Shot("inbox-nothing-found", DESKTOP, "?q=nada+assim"),
        Shot("inbox-menu", DESKTOP, "", keys("j", "m")),
        Shot("inbox-phone", PHONE, ""),
        Shot("inbox-phone-dark", DARK_PHONE, "", choose(3)),
        Shot("inbox-menu-phone", PHONE, "", first(".row [data-key=m]")),
        Shot("palette", DESKTOP, "", keys("Control+k", '"mar"')),
        Shot("keys", DESKTOP, "", keys("?")),
        Shot("ticket", DESKTOP, own),
        Shot("ticket-question", DESKTOP, question),
        Shot("ticket-conversation", DESKTOP, conversation),
        Shot("ticket-conversation-dark", DARK, conversation),
        Shot("ticket-undo", DESKTOP, own, take),
        Shot("ticket-picker", DESKTOP, own, keys("l")),
        Shot("ticket-snooze", DESKTOP, own, keys("s")),
        Shot("ticket-phone", DARK_PHONE, question),
        Shot("ticket-more-phone", PHONE, question, first("#ticket [data-key=m]")),
        Shot("reply", DESKTOP, question, write('"Oi! Saia da plataforma e **entre de novo**, por favor."')),
        Shot("reply-canned", DESKTOP, question, write('"/"')),
        Shot("reply-phone", PHONE, question, write('"Oi! "')),
        Shot("note", DESKTOP, question, lambda page: (first(".dock-note")(page), keys('"@"')(page))[0]),
        Shot("reports", DESKTOP, "reports/"),
        Shot("reports-dark", DARK, "reports/"),
        Shot("reports-phone", PHONE, "reports/"),
        Shot("course", DESKTOP, "courses/", first("main .table a, main li a, main a.link")),
        Shot("learner", DESKTOP, f"learners/{asked.learner_id}/"),
        Shot("learners", DESKTOP, "learners/"),
        Shot("tags", DESKTOP, "tags/"),
        Shot("new-ticket", DESKTOP, "tickets/new/"),
        Shot("emails", DESKTOP, "emails/"),
        Shot(
            "first-replies",
            DESKTOP,
            "email/first-replies/",
            first("main a[href*='first-replies/']:not([href$='new/'])"),
        ),
        Shot("email-settings", DESKTOP, "email/"),
        Shot("canned-reply", DESKTOP, "canned-replies/new/"),
        Shot("team", DESKTOP, "team/"),
        Shot("eduzz", DESKTOP, "sources/", first("main .page-medium a[href*='/sources/']")),
        Shot("webhooks", DESKTOP, "integrations/new/"),
        Shot("api-tokens", DESKTOP, "tokens/"),
        Shot("account", DESKTOP, "/account/"),
        Shot("not-found", DESKTOP, "tickets/9999/"),
        Shot("learner-page", PHONE, pages["asks"]),
        Shot("learner-page-dark", DARK_PHONE, pages["asks"]),
        Shot("learner-page-conversation", PHONE, pages["talks"]),
        Shot("learner-page-rating", PHONE, pages["resolved"]),
        Shot("learner-page-rated", PHONE, pages["rated"]),
        Shot("learner-page-gone", PHONE, pages["gone"]),
        *states(team, quiet, asked),
    ]


def states(team: Team, quiet: Ticket, asked: Ticket) -> list[Shot]:
    """What is seldom to be seen; each that leaves something behind comes after those that it would show in."""
    own, question = f"tickets/{quiet.number}/", f"tickets/{asked.number}/"
    tag, other = team.tags.order_by("name")[:2]
    source = team.sources.order_by("created_at")[0]
    return [
        Shot("inbox-wide", WIDE, question),
        Shot("reports-wide", WIDE, "reports/"),
        Shot("inbox-snippets", DESKTOP, "?q=aluno.example"),
        Shot("ticket-assignee", DESKTOP, own, keys("a")),
        Shot("lesson", DESKTOP, f"lessons/{busiest_lesson(team).pk}/"),
        Shot("delete-tag", DESKTOP, f"tags/{tag.pk}/delete/"),
        Shot("merge-tag", DESKTOP, f"tags/{tag.pk}/merge/?into={other.pk}"),
        Shot("delete-source", DESKTOP, f"sources/{source.pk}/delete/"),
        Shot("palette-ticket", DESKTOP, own, keys("Control+k")),
        Shot("offline", PHONE, "/offline/pt-br/"),
        Shot("password-reset", DESKTOP, "/accounts/password/reset/", person="nobody"),
        Shot("login", DESKTOP, "/accounts/login/", person="nobody"),
        Shot("login-phone", DARK_PHONE, "/accounts/login/", person="nobody"),
        Shot("two-factor", DESKTOP, "/accounts/2fa/totp/activate/"),
        Shot("inbox-ask-many", DESKTOP, "", ask_many),
        Shot("inbox-offline", DESKTOP, "", go_offline),
        Shot("ticket-presence", DESKTOP, question, look_on(asked)),
        Shot("ticket-refusal", DESKTOP, own, be_too_late(quiet)),
        Shot("inbox-new-requests", DESKTOP, "", be_asked(team)),
        Shot("saved-views", DESKTOP, lambda: save_views(team)),
        Shot("ticket-email-failed", DESKTOP, lambda: f"tickets/{failed_email(team).number}/"),
        Shot("inbox-undo-many", DESKTOP, "", resolve_many),
        Shot("push-offer", DESKTOP, lambda: of_nobody(team), be_offered_push),
        Shot("quarantine", DESKTOP, lambda: hold_back(source)),
        Shot("first-run", DESKTOP, lambda: f"/t/{new_team().slug}/", person="new"),
    ]


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


def open_page(browser: Browser, screen: Screen, session: str | None) -> Page:
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        color_scheme=screen.scheme,  # type: ignore[arg-type]
        device_scale_factor=screen.scale,
        is_mobile=screen.is_phone,
        has_touch=screen.is_phone,
        locale="pt-BR",
        service_workers="block",
    )
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": BASE}])
    return context.new_page()


def session_of(team: Team) -> str:
    """A session of the team's owner, who has just said once more who they are: allauth's own pages ask it."""
    client = Client()
    owner = Membership.objects.for_team(team).order_by("pk")[0].user
    client.force_login(owner, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["reauthenticated"] = True
    session.save()
    return client.cookies["sessionid"].value


def shoot(browser: Browser, shot: Shot, team: Team, session: str | None) -> None:
    path = shot.path if isinstance(shot.path, str) else shot.path()
    page = open_page(browser, shot.screen, session)
    home = f"{BASE}/t/{team.slug}/"
    page.goto(urljoin(home, path))
    page.wait_for_load_state("networkidle")
    shot.prepare(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(700)
    Image.open(io.BytesIO(page.screenshot())).save(FOLDER / f"{shot.name}.webp", quality=QUALITY, method=6)
    print(shot.name, flush=True)
    page.context.close()


def main() -> None:
    """Take them all, or those whose names begin with one of the arguments."""
    FOLDER.mkdir(exist_ok=True)
    with running_demo() as team, sync_playwright() as playwright:
        sessions = {"owner": session_of(team), "new": session_of(new_team()), "nobody": None}
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--lang=pt-BR"])
        for shot in shots(team):
            if not sys.argv[1:] or shot.name.startswith(tuple(sys.argv[1:])):
                shoot(browser, shot, team, sessions[shot.person])
        browser.close()


if __name__ == "__main__":
    main()
