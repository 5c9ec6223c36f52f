"""The bodies of webhooks: the format of Standard Webhooks, with the API's representations."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from rest_framework.utils.encoders import JSONEncoder

from helpdesk.api.v1.events import EventSerializer
from helpdesk.api.v1.message_serializers import MessageSerializer, with_ways
from helpdesk.api.v1.notes import NoteSerializer
from helpdesk.api.v1.ratings import RatingSerializer
from helpdesk.api.v1.ticket_serializer import describe_tickets
from helpdesk.conversations.models import Rating
from helpdesk.integrations.events import TEST, event_name
from helpdesk.teams.models import Team
from helpdesk.tickets.fact_base import Fact
from helpdesk.tickets.message_facts import LearnerWrote, MessageFact, NoteAdded, Rated
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.tickets.sentences import people_in

EXPANDED = ["learner", "course", "producer", "assignee"]
SHOWN = ["team", "actor", "ticket__learner", "ticket__course"]


def payloads_of(events: Sequence[TicketEvent]) -> dict[int, str]:
    """The JSON for each event, by the event's primary key, with the ticket as it is stored now.

    Events and tickets that were deleted are left out. Sentences are in the installation's language, whoever made the
    change.
    """
    by_team: dict[Team, list[TicketEvent]] = defaultdict(list)
    for event in TicketEvent.objects.filter(pk__in=[event.pk for event in events]).select_related(*SHOWN):
        by_team[event.team].append(event)
    bodies: dict[int, str] = {}
    for team, its_events in by_team.items():
        with translation.override(settings.LANGUAGE_CODE), timezone.override(team.zone):
            bodies |= _payloads_of_team(team, its_events)
    return bodies


def _payloads_of_team(team: Team, events: list[TicketEvent]) -> dict[int, str]:
    tickets = Ticket.objects.for_team(team).filter(pk__in={event.ticket_id for event in events})
    shown = {ticket["number"]: ticket for ticket in describe_tickets(team, tickets, expand=EXPANDED)}
    described, people = _described_by(team, [event.fact for event in events]), people_in(team, events)
    bodies = {}
    for event in events:
        if event.ticket.number not in shown:
            continue
        context = {"ticket": event.ticket, "people": people, "expand": ["actor"]}
        data: dict[str, Any] = {
            "ticket": shown[event.ticket.number],
            "event": EventSerializer(event, context=context).data,
        }
        if what := _named_by(event.fact):
            name, key = what
            data[name] = described[name].get(key)
        bodies[event.pk] = _json(event_name(event.kind), event.created_at, data)
    return bodies


def _named_by(fact: Fact) -> tuple[str, int | None] | None:
    """The name in the payload and the primary key of what accompanies the event, if anything."""
    match fact:
        case NoteAdded():
            return "note", fact.message
        case MessageFact() | LearnerWrote():
            return "message", fact.message
        case Rated():
            return "rating", fact.rating
    return None


def _described_by(team: Team, facts: list[Fact]) -> dict[str, dict[int | None, Any]]:
    """The notes, messages and ratings of these facts in the API's representation, by name and primary key."""
    keys: dict[str, set[int]] = defaultdict(set)
    for name, key in filter(None, map(_named_by, facts)):
        if key:
            keys[name].add(key)
    messages = Message.objects.for_team(team).select_related("author")
    sources: dict[str, tuple[QuerySet[Any], Any, str]] = {
        "note": (messages.filter(kind=Message.Kind.NOTE), NoteSerializer, "author"),
        "message": (with_ways(messages), MessageSerializer, "author"),
        "rating": (Rating.objects.for_team(team).select_related("resolved_by"), RatingSerializer, "resolved_by"),
    }
    return {
        name: {row.pk: serializer(row, context={"expand": [expanded]}).data for row in rows.filter(pk__in=keys[name])}
        if keys[name]
        else {}
        for name, (rows, serializer, expanded) in sources.items()
    }


def learner_payload(name: str, learner_id: int, moment: datetime) -> str:
    """The JSON for an event about a learner, who is identified by primary key only."""
    return _json(name, moment, {"learner": {"id": learner_id}})


def test_payload(now: datetime) -> str:
    """The JSON of a test event."""
    return _json(TEST, now, {"message": "This is a test. Nothing happened."})


def _json(name: str, moment: datetime, data: dict[str, Any]) -> str:
    timestamp = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = {"type": name, "timestamp": timestamp, "data": data}
    return json.dumps(body, ensure_ascii=False, cls=JSONEncoder)
