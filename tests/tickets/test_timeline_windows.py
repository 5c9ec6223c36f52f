"""The parts of a long timeline, where a message came days before it was filed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.timeline import timeline_of
from helpdesk.tickets.timeline_windows import Window

pytestmark = pytest.mark.django_db


def test_a_late_filed_email_is_shown_once(ticket):
    limit = timezone.now() - timedelta(hours=1)
    came_at, learner = limit - timedelta(days=2), Actor.learner(ticket.learner)
    receive_message(ticket, learner, IncomingMessage("Ainda não abre.", "email", trust="token", written_at=came_at))
    earlier, newest = (timeline_of(ticket, [], window) for window in (Window(before=limit), Window(since=limit)))
    told = [(entry.at, entry.text, entry.author_name) for entry in earlier if entry.message]
    assert told == [(came_at, "Ainda não abre.", str(ticket.learner))]
    assert [entry.text for entry in newest if entry.message] == []
