"""An e-mail that cannot be filed is tried three times and then reported; those behind it are not held up."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F

from helpdesk.conversations.inbound import filing
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.filing_rules import decide
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.models import InboundEmail
from tests.conversations.inbound.emails import TEAM_ADDRESS, write_email
from tests.factories import LearnerFactory

pytestmark = pytest.mark.django_db
State = InboundEmail.State
FOLDER = os.environ.get("MAIL_FOLDER", "")


def time_passes():
    InboundEmail.objects.update(next_try_at=F("next_try_at") - timedelta(hours=1))


def states():
    return list(InboundEmail.objects.order_by("pk").values_list("state", flat=True))


def test_an_email_that_fails_is_tried_three_times_and_does_not_hold_up_others(mailbox, team, monkeypatch):
    LearnerFactory(team=team, email="mariana@example.com")
    tries = []

    def fail(reading, files):
        if reading.parsed.subject == "Gift":
            tries.append(1)
            raise RecursionError
        return decide(reading, files)

    monkeypatch.setattr(filing, "decide", fail)
    for subject in ("Gift", "Gut"):
        store_email(mailbox, write_email(subject, subject=subject), envelope=Envelope("", TEAM_ADDRESS))
    assert file_waiting()
    assert file_waiting()
    assert not file_waiting()
    assert states() == [State.STORED, State.FILED]
    for _ in range(5):
        time_passes()
        file_waiting()
    assert (len(tries), states()) == (3, [State.FAILED, State.FILED])
    assert "RecursionError" in InboundEmail.objects.earliest("pk").reason


def test_an_email_that_kills_its_worker_is_not_read_a_fourth_time(mailbox, monkeypatch):
    store_email(mailbox, write_email(), envelope=Envelope("", TEAM_ADDRESS))
    InboundEmail.objects.update(attempts=3)
    monkeypatch.setattr(filing, "Reading", None)
    assert file_waiting()
    assert states() == [State.FAILED]


def test_a_failed_attempt_is_rolled_back(mailbox, team, monkeypatch):
    learner = LearnerFactory(team=team, email="mariana@example.com")
    finish = filing._finish

    def fail(email, outcome):
        raise ValueError

    monkeypatch.setattr(filing, "_finish", fail)
    store_email(mailbox, write_email(), envelope=Envelope("", TEAM_ADDRESS))
    file_waiting()
    assert not learner.tickets.exists()
    monkeypatch.setattr(filing, "_finish", finish)
    time_passes()
    file_waiting()
    assert learner.tickets.count() == 1


@pytest.mark.skipif(not FOLDER, reason="MAIL_FOLDER names no folder of e-mails")
def test_every_email_of_a_folder_is_filed(mailbox, team):
    """Each comes to one outcome without an exception, also those of which a known learner is the sender."""
    paths = sorted(
        path for path in Path(FOLDER).rglob("*") if path.is_file() and path.suffix in {".eml", ".msg", ".txt", ""}
    )
    count = sum(store_email(mailbox, path.read_bytes(), envelope=Envelope("", TEAM_ADDRESS)) for path in paths)
    assert count
    while file_waiting():
        pass
    senders = InboundEmail.objects.exclude(sender_address="").values_list("sender_address", flat=True).distinct()
    for sender in senders:
        LearnerFactory(team=team, email=sender[:254])
    assert not set(states()) & {State.STORED, State.FAILED}
    InboundEmail.objects.filter(state=State.HELD).update(state=State.STORED)
    time_passes()
    while file_waiting():
        pass
    assert not set(states()) & {State.STORED, State.FAILED}
    assert State.FILED in states()
