"""kill -9 before and after each statement and each commit of fetching and filing: nothing is lost, nothing is doubled.

The suite takes a few rounds; KILL_ROUNDS=200 takes as many.
"""

import os
import signal
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.conversations.inbound import filing
from helpdesk.conversations.inbound.fetching import fetch_new
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.imap import Connection
from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from tests.conversations.inbound.emails import mailbox_of, write_email
from tests.conversations.inbound.imap_server import PASSWORD, USER, imap_server
from tests.factories import LearnerFactory

ROUNDS = int(os.environ.get("KILL_ROUNDS", "25"))
STEPS = 45  # of fetching and filing one e-mail


class Killer:
    """Ends the process before or after the statement or commit of this number."""

    def __init__(self, at: int, is_after: bool) -> None:
        self._left, self._is_after = at, is_after

    def __call__(self, execute, sql, params, many, context):
        return self.step(lambda: execute(sql, params, many, context))

    def step(self, do):
        self._left -= 1
        if self._left == 0 and not self._is_after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = do()
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def fetch_and_file():
    mailbox = Mailbox.objects.get()
    opened = Connection(mailbox, step_seconds=10)
    fetch_new(mailbox, opened, "me")
    opened.hang_up()
    while file_waiting():
        pass


def in_a_process_killed_at(step, is_after):
    """Whether it was killed before it was done."""
    connection.close()
    pid = os.fork()
    if pid == 0:
        try:
            killer = Killer(step, is_after)
            commit = getattr(connection, "_commit")  # noqa: B009 - of Django's own
            setattr(connection, "_commit", lambda: killer.step(commit))  # noqa: B010
            with connection.execute_wrapper(killer):
                fetch_and_file()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def as_after_a_while():
    """What a dead worker had in hand is due again."""
    InboundEmail.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_or_duplicated(team, settings, monkeypatch):
    settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES = True
    monkeypatch.setattr(filing, "MOST_ATTEMPTS", 10_000)
    learner = LearnerFactory(team=team, email="mariana@example.com")
    random, killed = Random("kills"), 0
    with imap_server() as server:
        access = {"host": "127.0.0.1", "port": server.port, "security": "none", "username": USER, "secret": PASSWORD}
        mailbox_of(team, "imap", leased_by="me", **access)
        for number in range(ROUNDS):
            server.deliver(write_email(f"Pergunta {number}", files=[("a.pdf", "application/pdf", b"%PDF-1.4 a")]))
            killed += in_a_process_killed_at(random.randint(1, STEPS), random.random() < 0.5)
            as_after_a_while()
        as_after_a_while()
        fetch_and_file()
    assert killed > ROUNDS / 2
    assert set(InboundEmail.objects.values_list("state", flat=True)) == {InboundEmail.State.FILED}
    assert InboundEmail.objects.count() == ROUNDS
    bodies = sorted(Message.objects.values_list("body", flat=True))
    assert bodies == sorted(f"Pergunta {number}" for number in range(ROUNDS))
    assert all(message.attachments.count() == 1 for message in Message.objects.all())
    # Each opened a ticket, and is merged into the first, which stands for what the learner waits for.
    assert Ticket.objects.unmerged().get().learner == learner
    assert TicketEvent.objects.filter(kind="learner_wrote").count() == ROUNDS
