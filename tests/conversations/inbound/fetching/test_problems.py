"""A problem that keeps a mailbox from being fetched is described, and people are notified of it."""

import imaplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations.email_settings.mailbox_views import try_connection
from helpdesk.conversations.inbound import health
from helpdesk.conversations.models import Mailbox
from helpdesk.conversations.tasks import report_mailboxes, send_mailbox_alarm
from helpdesk.teams.roles import Role
from helpdesk.ui.banners import banners_for
from tests.conversations.inbound.imap_server import USER
from tests.factories import MembershipFactory

CAPABILITIES = b"* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK done\r\n"
HANDSHAKE = b"\x16\x03\x03\x40\x00"  # the beginning of a TLS record of 16 KB


@contextmanager
def trickling_server(greeting: bytes, *answers: bytes) -> Iterator[int]:
    """A server that greets, answers each command with its tag in place of `TAG`, and then sends one byte more every
    tenth of a second; yields its port.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def trickle() -> None:
            with suppress(OSError):
                accepted, _address = listening.accept()
                with accepted:
                    accepted.sendall(greeting)
                    for answer in answers:
                        accepted.sendall(answer.replace(b"TAG", accepted.recv(1_000).split()[0]))
                    while True:
                        time.sleep(0.1)
                        accepted.sendall(b"x")

        serving = threading.Thread(target=trickle, daemon=True)
        serving.start()
        yield listening.getsockname()[1]
        serving.join(5)
        assert not serving.is_alive()  # the other end hung up


@pytest.mark.django_db
class TestProblems:
    @pytest.mark.parametrize(
        ("field", "value", "words"),
        [
            ("secret", "falsch", "user name and password"),
            ("folder", "Nicht da", "This folder does not exist"),
            ("port", 1, "does not accept connections"),
            ("host", "gibt-es-nicht.invalid", "No server has this name"),
            ("security", "tls", "TLS"),
        ],
    )
    def test_problems_are_explained(self, imap_mailbox, field, value, words):
        setattr(imap_mailbox, field, value)
        assert words in try_connection(imap_mailbox)

    def test_an_oauth_token_is_sent_as_xoauth2(self, imap_mailbox, monkeypatch):
        said = []

        def authenticate(client, mechanism, answer):
            said.append((mechanism, answer(b"")))
            raise imaplib.IMAP4.error("AUTHENTICATE failed")

        monkeypatch.setattr(imaplib.IMAP4, "authenticate", authenticate)
        imap_mailbox.login, imap_mailbox.secret = "xoauth2", "ya29.token"
        assert "user name and password" in try_connection(imap_mailbox)
        assert said == [("XOAUTH2", f"user={USER}\1auth=Bearer ya29.token\1\1")]

    def test_a_working_mailbox_has_no_problem(self, imap_mailbox):
        assert try_connection(imap_mailbox) == ""

    def test_a_team_cannot_reach_the_operators_network(self, imap_mailbox, settings):
        settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES = False
        imap_mailbox.security = "tls"
        assert "public internet" in try_connection(imap_mailbox)
        imap_mailbox.security = "none"
        assert "encryption" in try_connection(imap_mailbox)

    def test_a_frozen_server_times_out(self, imap, imap_mailbox, monkeypatch):
        monkeypatch.setattr("helpdesk.conversations.email_settings.mailbox_views.TRIAL_SECONDS", 2.0)
        imap.freeze()
        try:
            assert "in time" in try_connection(imap_mailbox)
        finally:
            imap.thaw()

    @pytest.mark.parametrize(
        ("security", "answers"),
        [
            ("none", [b"* OK "]),
            ("tls", [HANDSHAKE]),
            ("starttls", [b"* OK\r\n", CAPABILITIES, b"TAG OK done\r\n", HANDSHAKE]),
        ],
        ids=["greeting", "handshake", "handshake after STARTTLS"],
    )
    def test_a_trickling_server_times_out(self, imap_mailbox, monkeypatch, security, answers):
        monkeypatch.setattr("helpdesk.conversations.email_settings.mailbox_views.TRIAL_SECONDS", 2.0)
        with trickling_server(*answers) as port:
            imap_mailbox.port, imap_mailbox.security = port, security
            begin = time.monotonic()
            assert "in time" in try_connection(imap_mailbox)
            assert time.monotonic() - begin < 10

    def test_people_are_notified_once_after_a_quarter_of_an_hour(self, team, imap_mailbox):
        manager = MembershipFactory(team=team, role=Role.MANAGER)
        report_mailboxes()
        assert not mail.outbox
        Mailbox.objects.update(
            created_at=timezone.now() - timedelta(minutes=16), last_error="The server closed the connection."
        )
        report_mailboxes()
        report_mailboxes()
        for job in ProcrastinateJob.objects.filter(task_name="conversations.send_mailbox_alarm"):
            send_mailbox_alarm(**job.args)
        assert [message.to for message in mail.outbox] == [[manager.user.email]]
        assert "The server closed the connection." in mail.outbox[0].body
        assert any("The server closed the connection." in banner.text for banner in banners_for(manager))
        assert not any("ajuda@" in banner.text for banner in banners_for(MembershipFactory(team=team)))
        assert not health.check()["is_ok"]
