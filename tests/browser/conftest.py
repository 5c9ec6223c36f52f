"""Chromium, and one real server process that all browser tests share."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from helpdesk.operations.server import end_with_parent
from helpdesk.teams.actions import create_team
from helpdesk.teams.models import User
from helpdesk.teams.roles import Role
from tests.browser.first_steps import EMAIL, PASSWORD
from tests.browser.programs import SHELL, chromium
from tests.browser.scanning import SEEN_FOLDS
from tests.factories import MembershipFactory, TeamFactory
from tests.servers import database_address, serving

# Playwright runs an event loop in this thread, but the tests' own queries are synchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
expect.set_options(timeout=20_000)  # milliseconds, for busy machines; does not slow down passing tests

# htmx's messages about requests that were aborted by leaving the page. Chromium also reports those that failed.
GIVEN_UP = ("htmx:sendError", "htmx:sendAbort", "htmx:afterRequest")


@pytest.fixture(scope="session")
def running_server(django_db_setup, django_db_blocker):
    """The server for the browser, for which push services and webhook receivers may be on this machine."""
    with (
        django_db_blocker.unblock(),
        serving(
            DATABASE_URL=database_address(),
            PUSH_ALLOW_PRIVATE_ADDRESSES="true",
            WEBHOOKS_ALLOW_PRIVATE_ADDRESSES="true",
        ) as address,
    ):
        yield address


@pytest.fixture
def new_team(transactional_db):
    """A team with only its owner, as on the first day."""
    return create_team("Escola da Ana", EMAIL, PASSWORD, "Ana Prado")


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright):
    """The headless shell if it is installed, which needs a third of the CPU time of Chromium."""
    with chromium(playwright, SHELL) as browser:
        yield browser


@pytest.fixture
def complaints():
    """Errors that pages wrote to the console. A test that expects one must remove it from the list."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture(autouse=True)
def _folds_are_opened_anew():
    """Make scans independent of the tests before them."""
    SEEN_FOLDS.clear()


@pytest.fixture
def open_page(browser, server, complaints):
    """Open a page with a given width and color scheme, logged in if a person is given."""
    contexts = []

    def note(message):
        if message.type == "error" and not message.text.startswith(GIVEN_UP):
            complaints.append(message.text)

    def open_(width=1280, scheme="light", user: User | None = None, **options):
        # Tests that replace responses do so for the page; requests by a service worker would bypass them, so it is
        # blocked.
        defaults = {"color_scheme": scheme, "locale": "pt-BR", "service_workers": "block"}
        options = {"viewport": {"width": width, "height": 800}} | defaults | options
        context = browser.new_context(**options)
        contexts.append(context)
        if user:
            client = Client()
            client.force_login(user, "django.contrib.auth.backends.ModelBackend")
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def school(transactional_db):
    """A team whose address is /t/escola/."""
    return TeamFactory(name="Escola da Ana", slug="escola")


@pytest.fixture
def ana(school):
    """The owner of the school."""
    return MembershipFactory(team=school, user__name="Ana Prado", user__email="ana@example.com", role=Role.OWNER).user


@pytest.fixture
def ana_reads_english(ana):
    """Ana sees English, whatever language the browser asks for."""
    ana.language = "en"
    ana.save()


@pytest.fixture
def phone(open_page, ana):
    """The owner's phone, with a touch screen."""
    return open_page(360, user=ana, has_touch=True, is_mobile=True)


@pytest.fixture
def beatriz(school):
    """An agent of the school."""
    return MembershipFactory(team=school, user__name="Beatriz Lima", user__email="beatriz@example.com").user


@pytest.fixture
def owner_reads_english(owner):
    """The owner sees English, whatever language the browser asks for."""
    owner.language = "en"
    owner.save()


@pytest.fixture
def page(open_page, request):
    """A desktop window of the owner, or of the person in `@pytest.mark.page_of("ana")`, with that mark's options."""
    marker = request.node.get_closest_marker("page_of")
    options = {"width": 1440} | (marker.kwargs if marker else {})
    return open_page(user=request.getfixturevalue(marker.args[0] if marker else "owner"), **options)


@pytest.fixture
def worker(server):
    """A separate worker process, which sends whatever is due."""
    environment = os.environ | {"DATABASE_URL": database_address(), "LOG_LEVEL": "WARNING"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, preexec_fn=end_with_parent)
    yield process
    process.kill()
    process.wait()
