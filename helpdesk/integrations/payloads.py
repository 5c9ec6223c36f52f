"""What receivers are sent: the shape of Standard Webhooks, filled with what the API shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from rest_framework.utils.encoders import JSONEncoder

from helpdesk.integrations.events import TEST, event_name
from helpdesk.tickets.api import describe_tickets
from helpdesk.tickets.history_api import EventSerializer, NoteSerializer
from helpdesk.tickets.models import Message, Ticket, TicketEvent

EXPANDED = ["learner", "course", "producer", "assignee"]


def payload_of(ticket: Ticket, event: TicketEvent) -> str:
    """The JSON that tells of this event, with the ticket as it is stored now.

    To be called in the transaction of the change, while the ticket is locked. Its sentences are in the installation's
    language, whoever made the change.
    """
    team = event.team
    with translation.override(settings.LANGUAGE_CODE), timezone.override(team.zone):
        (shown,) = describe_tickets(team, Ticket.objects.for_team(team).filter(pk=ticket.pk), expand=EXPANDED)
        data = {"ticket": shown, "event": EventSerializer(event, context={"ticket": ticket, "expand": ["actor"]}).data}
        if event.kind == TicketEvent.Kind.NOTE_ADDED:
            note = Message.objects.for_team(team).filter(ticket=ticket, kind=Message.Kind.NOTE).latest("pk")
            data["note"] = NoteSerializer(note, context={"expand": ["author"]}).data
    return _json(event_name(event.kind), event.created_at, data)


def test_payload(now: datetime) -> str:
    """The JSON that tries a receiver."""
    return _json(TEST, now, {"message": "This is a test. Nothing happened."})


def _json(name: str, moment: datetime, data: dict[str, Any]) -> str:
    timestamp = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = {"type": name, "timestamp": timestamp, "data": data}
    return json.dumps(body, ensure_ascii=False, cls=JSONEncoder)
