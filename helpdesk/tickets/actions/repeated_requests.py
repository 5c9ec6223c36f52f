"""Repeated requests: if a learner asks again before the first is finished, one ticket stands for all of them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from helpdesk.tickets.actions.inheritance import (
    NO_QUESTION,
    QUESTION_ATTRIBUTES,
    drop_inherited_question,
    inherit_question,
)
from helpdesk.tickets.actions.recording import event_of, record_all, save_change
from helpdesk.tickets.actions.snooze import set_snoozed_until
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.fact_base import TicketReference
from helpdesk.tickets.facts import Absorbed, MergedInto
from helpdesk.tickets.models import Status, Ticket, TicketEvent

Kind = TicketEvent.Kind
MOST_MOVED = 50  # requests that are moved to an earlier one; each move changes all of them


def precedes_untouched(request: tuple[datetime, datetime], unfinished: Ticket) -> bool:
    """Whether this request, given by its two times, is earlier than an unfinished one that nobody has worked on.

    Always False from MOST_MOVED merged requests on: workers do not process so many out of order, and a sender who sends
    the newest first would otherwise make each request move all the others.
    """
    if request >= (unfinished.requested_at, unfinished.created_at) or unfinished.request_count >= MOST_MOVED:
        return False
    by_itself = {"actor_kind": TicketEvent.ActorKind.SYSTEM, "kind__in": [Kind.CREATED, Kind.ASKED_AGAIN, Kind.MERGED]}
    return not unfinished.events.exclude(**by_itself).exists()


def absorb_later_requests(ticket: Ticket, later: Ticket, actor: Actor) -> None:
    """Merge a later request, and those merged into it, into an earlier one, with one UPDATE for all of them."""
    merged = later.merged_tickets.select_for_update(no_key=True).order_by("requested_at", "created_at", "pk")
    requests = [later, *merged]
    for request in requests:
        request.merged_into, request.request_count = ticket, 1
        drop_inherited_question(request)
        request.version += 1
    rows = Ticket.objects.filter(pk__in=[request.pk for request in requests])
    rows.filter(question_from__isnull=False).update(**NO_QUESTION)
    rows.update(merged_into=ticket, request_count=1, version=F("version") + 1, last_activity_at=timezone.now())
    ticket.request_count += len(requests)
    inherit_question(ticket, requests)
    save_change(ticket, "request_count", *QUESTION_ATTRIBUTES)
    events: list[TicketEvent] = []
    for request in requests:
        events += [
            event_of(request, actor, Kind.MERGED, MergedInto(TicketReference.to(ticket))),
            event_of(ticket, actor, Kind.ASKED_AGAIN, Absorbed(TicketReference.to(request))),
        ]
    record_all(events)


def return_to_inbox(ticket: Ticket, actor: Actor) -> None:
    """Unsnooze the ticket, and open it if it was waiting on the learner, who has asked again."""
    if ticket.snoozed_until:
        set_snoozed_until(ticket, actor, None)
    if ticket.status == Status.PENDING:
        set_status(ticket, actor, Status.OPEN)
