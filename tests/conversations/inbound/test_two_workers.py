"""Several workers file side by side: each e-mail once, also one that came by two ways at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.models import InboundEmail
from helpdesk.tickets.models import Message
from tests.conversations.inbound.emails import TEAM_ADDRESS, mailbox_of, write_email
from tests.factories import LearnerFactory

WORKERS = 4


def file_all(_number):
    while file_waiting():
        pass
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_each_email_is_filed_once(team):
    mailboxes = [mailbox_of(team, "smtp"), mailbox_of(team, "imap")]
    for number in range(5):
        LearnerFactory(team=team, email=f"learner-{number}@example.com")
    for number in range(12):
        raw = write_email(f"Pergunta {number}", sender=f"learner-{number % 5}@example.com")
        for mailbox in mailboxes:
            store_email(mailbox, raw, envelope=Envelope("", TEAM_ADDRESS))
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(file_all, range(WORKERS)))
    states = list(InboundEmail.objects.values_list("state", flat=True))
    assert (states.count("filed"), states.count("ignored")) == (12, 12)
    bodies = sorted(Message.objects.values_list("body", flat=True))
    assert bodies == sorted(f"Pergunta {number}" for number in range(12))
