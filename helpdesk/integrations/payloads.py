"""What receivers are sent: the shape of Standard Webhooks, filled with what the API shows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from rest_framework.utils.encoders import JSONEncoder

from helpdesk.api.v1.events import EventSerializer
from helpdesk.api.v1.messages import MessageSerializer, with_ways
from helpdesk.api.v1.notes import NoteSerializer
from helpdesk.api.v1.ratings import RatingSerializer
from helpdesk.api.v1.ticket_serializer import describe_tickets
from helpdesk.conversations.models import Rating
from helpdesk.integrations.events import TEST, event_name
from helpdesk.teams.models import Team
from helpdesk.tickets.facts import LearnerWrote, NoteAdded, OfMessage, Rated
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.tickets.timeline import people_in

EXPANDED = ["learner", "course", "producer", "assignee"]
SHOWN = ["team", "actor", "ticket__learner", "ticket__course"]


def payloads_of(events: Sequence[TicketEvent]) -> dict[int, str]:
    """The JSON that tells of each event, by its key, with the ticket as it is stored now.

    What is deleted by now is left out. The sentences are in the installation's language, whoever made the change.
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
    notes, messages, people = _notes_of(team, events), _messages_of(team, events), people_in(team, events)
    ratings = _ratings_of(team, events)
    bodies = {}
    for event in events:
        if event.ticket.number not in shown:
            continue
        context = {"ticket": event.ticket, "people": people, "expand": ["actor"]}
        data: dict[str, Any] = {
            "ticket": shown[event.ticket.number],
            "event": EventSerializer(event, context=context).data,
        }
        if event.kind == TicketEvent.Kind.NOTE_ADDED:
            data["note"] = notes.get(_note_of(event))
        if isinstance(event.fact, OfMessage | LearnerWrote):
            data["message"] = messages.get(event.fact.message)
        if isinstance(event.fact, Rated):
            data["rating"] = ratings.get(event.fact.rating)
        bodies[event.pk] = _json(event_name(event.kind), event.created_at, data)
    return bodies


def _notes_of(team: Team, events: list[TicketEvent]) -> dict[int | None, Any]:
    """The notes that the events tell of, as the API shows them, by their keys."""
    keys = [key for event in events if (key := _note_of(event))]
    if not keys:
        return {}
    notes = Message.objects.for_team(team).filter(pk__in=keys, kind=Message.Kind.NOTE).select_related("author")
    return {note.pk: NoteSerializer(note, context={"expand": ["author"]}).data for note in notes}


def _messages_of(team: Team, events: list[TicketEvent]) -> dict[int | None, Any]:
    """The messages that the events tell of, likewise."""
    facts = [event.fact for event in events]
    keys = [fact.message for fact in facts if isinstance(fact, OfMessage | LearnerWrote) and fact.message]
    if not keys:
        return {}
    messages = with_ways(Message.objects.for_team(team).filter(pk__in=keys)).select_related("author")
    return {message.pk: MessageSerializer(message, context={"expand": ["author"]}).data for message in messages}


def _ratings_of(team: Team, events: list[TicketEvent]) -> dict[int | None, Any]:
    """The ratings that the events tell of, by their keys."""
    facts = [event.fact for event in events]
    keys = [fact.rating for fact in facts if isinstance(fact, Rated) and fact.rating]
    if not keys:
        return {}
    ratings = Rating.objects.for_team(team).filter(pk__in=keys).select_related("resolved_by")
    return {rating.pk: RatingSerializer(rating, context={"expand": ["resolved_by"]}).data for rating in ratings}


def _note_of(event: TicketEvent) -> int | None:
    """The key of the note that the event tells of."""
    return event.fact.message if isinstance(event.fact, NoteAdded) else None


def test_payload(now: datetime) -> str:
    """The JSON that tries a receiver."""
    return _json(TEST, now, {"message": "This is a test. Nothing happened."})


def _json(name: str, moment: datetime, data: dict[str, Any]) -> str:
    timestamp = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    body = {"type": name, "timestamp": timestamp, "data": data}
    return json.dumps(body, ensure_ascii=False, cls=JSONEncoder)
