"""The parts of every action: lock and refresh the ticket, save it as a new version, and record a TicketEvent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.tickets.actor import Actor
from helpdesk.tickets.fact_base import Fact
from helpdesk.tickets.facts import store_fact
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.tickets.publishing import publish_soon
from helpdesk.tickets.subscribers import refuse_loop
from helpdesk.ui.refusals import ActionRefused

P = ParamSpec("P")
R = TypeVar("R")
NOTHING_MORE = Fact()


def action(
    do: Callable[Concatenate[Ticket, Actor, P], R],
) -> Callable[Concatenate[Ticket, Actor, P], R]:
    """Run the function in one transaction, with the ticket locked and refreshed. Refuses merged tickets."""

    @wraps(do)
    def locked(ticket: Ticket, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update(no_key=True))
            refuse_merged(ticket)
            return do(ticket, actor, *args, **kwargs)

    return locked


def refuse_merged(*tickets: Ticket) -> None:
    """Raise ActionRefused if one of the tickets is merged into another."""
    if any(ticket.is_merged for ticket in tickets):
        raise ActionRefused(_("This request is merged into another; change that one, or split this one off first."))


def save_change(ticket: Ticket, *fields: str) -> None:
    """Save these fields, as a new version of the ticket."""
    ticket.last_activity_at = timezone.now()
    ticket.version += 1
    ticket.save(update_fields=[*fields, "last_activity_at", "version"])


def record(ticket: Ticket, actor: Actor, kind: TicketEvent.Kind, fact: Fact = NOTHING_MORE) -> None:
    """Append a fact to the ticket's history; subscribers get it after the commit, see publishing.py."""
    record_all([event_of(ticket, actor, kind, fact)])


def record_all(events: list[TicketEvent]) -> None:
    """Append several events at once, in this order. Raises RuntimeError as `refuse_loop` does."""
    refuse_loop({str(event.kind) for event in events})
    TicketEvent.objects.bulk_create(events)
    publish_soon()


def event_of(ticket: Ticket, actor: Actor, kind: TicketEvent.Kind, fact: Fact = NOTHING_MORE) -> TicketEvent:
    """An unsaved event with this fact, for the ticket's present version."""
    return TicketEvent(
        team_id=ticket.team_id,
        ticket=ticket,
        kind=kind,
        actor_kind=actor.kind,
        actor=actor.user,
        actor_name=actor.name,
        facts=store_fact(fact, actor.key),
        version=ticket.version,
    )
