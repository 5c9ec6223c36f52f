"""The first hour of a school, from `create_team` to its first ticket, by its real e-mails."""

import email
import email.policy
import re
import time
from random import Random

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.demo.event_sender import send_all
from helpdesk.demo.simulation import invent_event
from helpdesk.teams.models import Invitation
from helpdesk.tickets.models import Ticket
from tests.servers import database_address, serving

pytestmark = pytest.mark.browser
EMAIL, PASSWORD = "ana@example.com", "uma senha bem comprida"
PING = {"event": "ping", "data": {"message": "ping"}}
END_OF_EMAIL = b"-" * 79 + b"\n"  # what has none is being written


class Emails:
    """What the server sent, read from where its mail back end writes."""

    def __init__(self, folder):
        self.folder, self.read = folder, 0

    def next(self):
        """The first that was not read yet, as its text and its HTML."""
        deadline = time.monotonic() + 60
        while True:
            files = sorted(self.folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
            raw = [part for file in files for part in file.read_bytes().split(END_OF_EMAIL)[:-1]]
            if len(raw) > self.read:
                self.read += 1
                message = email.message_from_bytes(raw[self.read - 1], policy=email.policy.default)
                text, html = message.iter_parts()
                return message["subject"], text.get_content(), html.get_content()
            assert time.monotonic() < deadline, "no e-mail was sent"
            time.sleep(0.1)


@pytest.fixture
def sent_emails(tmp_path):
    folder = tmp_path / "emails"
    folder.mkdir()
    return Emails(folder)


@pytest.fixture
def server(transactional_db, sent_emails, settings):
    """A server of its own, with a worker, whose e-mails are files."""
    mail_to = f"filemail:///{sent_emails.folder}"
    with serving(worker=True, DATABASE_URL=database_address(), EMAIL_URL=mail_to) as address:
        settings.BASE_URL = address
        yield address


def link_in(text):
    found = re.search(r"https?://\S+", text)
    assert found
    return found[0]


@pytest.mark.parametrize("width", [1280, 360])
def test_a_school_gets_from_create_team_to_its_first_ticket(server, sent_emails, open_page, capsys, width):
    page = open_page(width, locale="en-US")
    call_command("create_team", "Escola da Ana", owner_email=EMAIL)
    (welcome,) = mail.outbox
    assert welcome.to == [EMAIL]
    assert "Helpdesk" in welcome.body
    assert isinstance(welcome, mail.EmailMultiAlternatives)
    assert link_in(welcome.body) in str(welcome.alternatives[0][0])
    page.goto(link_in(welcome.body))
    expect(page.locator("input[type=password]")).to_have_count(2)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Save the password").click()
    page.wait_for_url(re.compile("/t/escola-da-ana/"))
    expect(page.get_by_text("Your password is set.")).to_be_visible()

    page.get_by_role("link", name="Connect Eduzz").click()
    page.get_by_role("button", name="Continue").click()
    address, key = page.locator("#address").input_value(), page.locator("#new-key").input_value()
    page.locator("#step-events").get_by_role("button").click()
    expect(page.locator("#step-events .step-done")).to_be_visible()
    page.locator("#step-backup").get_by_role("button").click()
    expect(page.locator("#step-backup .step-done")).to_be_visible()
    assert page.locator("#new-key").input_value() == key  # which is shown this once
    send_all(address, key, [PING])
    expect(page.locator("#step-ping .step-done")).to_be_visible()
    expect(page.get_by_text("Connected.")).to_be_visible()

    page.get_by_role("button", name="Send a test call").click()
    page.get_by_role("link", name="Open the test ticket #1").click(timeout=15_000)
    expect(page.get_by_text("no learner is waiting")).to_be_visible()
    page.get_by_role("button", name="Remove the test").click()
    expect(page.get_by_text("The test call and its ticket were removed")).to_be_visible()
    assert not Ticket.objects.exists()
    page.get_by_role("link", name="Continue set-up").click()

    page.get_by_role("link", name="Invite someone").click()
    page.get_by_label("E-mail").fill("beatriz@example.com")
    page.get_by_label("Viewer").check()
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.get_by_text("The invitation is on its way")).to_be_visible()
    assert Invitation.objects.get().role == "viewer"
    while (message := sent_emails.next())[0] != "Invitation to Escola da Ana":
        pass
    assert link_in(message[1]) == page.locator("#new-link").input_value()

    page.goto(server)
    expect(page.get_by_role("heading", name="Waiting for the first help request")).to_be_visible()
    asked = invent_event(Random("b"), "nutror.learner_help", timezone.now())
    assert send_all(address, key, [asked]) == {"stored": 1}
    row = page.locator(".row", has_text=asked["data"]["learner"]["name"])  # which comes by itself
    row.locator(".row-link").click(timeout=20_000)
    expect(page.get_by_role("heading", name=asked["data"]["learner"]["name"]).first).to_be_visible()
    page.goto(address.replace("/webhooks/eduzz/", "/t/escola-da-ana/sources/"))
    expect(page.get_by_role("heading", name="Until the first help request")).to_have_count(0)
