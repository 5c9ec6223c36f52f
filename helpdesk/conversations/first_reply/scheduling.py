"""Schedules the decision whether a new ticket's learner is asked what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from helpdesk.conversations.first_reply.decision import first_reply_of
from helpdesk.conversations.models import FirstReply, QuestionRequest
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.tickets.subscribers import register_subscriber

NAME = "conversations.first_replies"
Event = TicketEvent.Kind


def register() -> None:
    """Subscribe to new tickets, declaring the events that first replies cause."""
    caused = [Event.FIRST_REPLY_SENT, Event.REPLY_CANCELLED, Event.MESSAGE_SENT, Event.SENDING_FAILED]
    register_subscriber(NAME, schedule_first_replies, kinds=[Event.CREATED], causes=caused)


def schedule_first_replies(events: Sequence[TicketEvent]) -> None:
    """Schedule first replies for new tickets of teams that have enabled them; repeated events change nothing."""
    replies = _replies_of({event.team_id for event in events})
    asked_at = {event.ticket_id: event.created_at for event in events if event.team_id in replies}
    if not asked_at:
        return
    requests = []
    for pk, team, course in Ticket.objects.filter(pk__in=asked_at).values_list("pk", "team", "course"):
        reply = first_reply_of(replies[team], course)
        if reply and reply.is_enabled:
            due_at = asked_at[pk] + timedelta(minutes=reply.delay_minutes)
            requests.append(QuestionRequest(team_id=team, ticket_id=pk, first_reply=reply, due_at=due_at))
    QuestionRequest.objects.bulk_create(requests, ignore_conflicts=True)
    for due_at in {request.due_at for request in requests}:
        enqueue_first_replies(due_at)


def _replies_of(teams: Iterable[int]) -> dict[int, list[FirstReply]]:
    """All first replies of each team that has at least one turned on."""
    found: dict[int, list[FirstReply]] = {}
    for reply in FirstReply.objects.filter(team__in=teams).defer("body"):
        found.setdefault(reply.team_id, []).append(reply)
    return {team: replies for team, replies in found.items() if any(reply.is_enabled for reply in replies)}


def enqueue_first_replies(at: datetime | None = None) -> None:
    """Have a worker decide about what is due at this time, by default now."""
    app.configure_task("conversations.send_first_replies", schedule_at=at).defer()
