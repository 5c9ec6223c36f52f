"""What receivers are sent: the shape of Standard Webhooks, with the ticket as the API shows it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from helpdesk.integrations.events import TEST, event_name
from helpdesk.tickets.models import Message, Ticket, TicketEvent


def payload_of(ticket: Ticket, event: TicketEvent) -> str:
    """The JSON that tells of this event, with the ticket as it is stored now.

    To be called in the transaction of the change, while the ticket is locked.
    """
    facts: dict[str, Any] = {
        "kind": event.kind,
        "actor": {"kind": event.actor_kind, "name": event.actor_name},
        "attribute": event.attribute,
        "old": event.old_value,
        "new": event.new_value,
    }
    if event.kind == TicketEvent.Kind.NOTE_ADDED:
        notes = Message.objects.for_team(event.team).filter(ticket=ticket, kind=Message.Kind.NOTE)
        facts["note"] = notes.order_by("-pk").values_list("body", flat=True).first()
    return _json(event_name(event.kind), event.created_at, {"ticket": _ticket(ticket.pk), "event": facts})


def test_payload(now: datetime) -> str:
    """The JSON that tries a receiver."""
    return _json(TEST, now, {"message": "This is a test. Nothing happened."})


def _ticket(pk: int) -> dict[str, Any]:
    ticket = Ticket.objects.with_row_relations().get(pk=pk)
    return {"number": ticket.number, "status": ticket.status}


def _json(name: str, moment: datetime, data: dict[str, Any]) -> str:
    timestamp = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = {"type": name, "timestamp": timestamp, "data": data}
    return json.dumps(body, ensure_ascii=False, cls=DjangoJSONEncoder)
