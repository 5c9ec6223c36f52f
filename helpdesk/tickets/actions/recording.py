"""How a ticket changes: locked and read afresh, by an explicit actor, as a new version of it, with its TicketEvent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import Fact, store_fact
from helpdesk.tickets.merged_tickets import chains_of, root_keys_of
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.tickets.publishing import publish_soon
from helpdesk.tickets.subscribers import refuse_loop
from helpdesk.ui.refusals import ActionRefused

P = ParamSpec("P")
R = TypeVar("R")
NOTHING_MORE = Fact()


class TicketChanged(ActionRefused):
    """Somebody else changed the ticket since the version that the actor saw; `events` says what and who."""

    def __init__(self, events: list[TicketEvent]) -> None:
        super().__init__(_("This ticket changed while you were looking at it. Check it again, then decide."))
        self.events = events


def action(
    do: Callable[Concatenate[Ticket, Actor, P], R],
) -> Callable[Concatenate[Ticket, Actor, P], R]:
    """Run with the ticket's row locked and read afresh, in one transaction; a merged ticket refuses."""

    @wraps(do)
    def locked(ticket: Ticket, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic():
            ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update(no_key=True))
            if ticket.is_merged:
                raise ActionRefused(
                    _("This request is merged into another; change that one, or split this one off first.")
                )
            return do(ticket, actor, *args, **kwargs)

    return locked


def lock_root(ticket: Ticket) -> Ticket:
    """The ticket, or the one that it is merged into by now, locked and read afresh; in a transaction."""
    while True:
        (pk,) = root_keys_of({ticket.pk})
        standing = Ticket.objects.select_for_update(no_key=True).get(pk=pk)
        if not standing.is_merged and (standing == ticket or root_keys_of({ticket.pk}) == {pk}):
            return standing


def lock_together(*tickets: Ticket) -> None:
    """Lock these with all that they are merged into, and read them afresh: each before what is merged into it.

    That is one order for everybody, so that no two can block each other. Whoever locks one of them alone before this
    waits for nobody then.
    """
    rows, given = Ticket.objects.select_for_update(no_key=True), {ticket.pk: ticket for ticket in tickets}
    depths: dict[int, int] = {}
    for chain in chains_of(given):
        depths |= {pk: depth for depth, pk in enumerate(chain) if depth >= depths.get(pk, 0)}
    for pk in sorted(depths, key=lambda pk: (depths[pk], pk)):
        if pk in given:
            given[pk].refresh_from_db(from_queryset=rows)
        else:
            rows.values("pk").get(pk=pk)


def save_change(ticket: Ticket, *fields: str) -> None:
    """Write these fields, as a new version of the ticket."""
    ticket.last_activity_at = timezone.now()
    ticket.version += 1
    ticket.save(update_fields=[*fields, "last_activity_at", "version"])


def record(
    ticket: Ticket,
    actor: Actor,
    kind: TicketEvent.Kind,
    fact: Fact = NOTHING_MORE,
) -> None:
    """Append a fact to the ticket's history; what follows from it happens once it is committed, see publishing.py."""
    record_all([event_of(ticket, actor, kind, fact)])


def record_all(events: list[TicketEvent]) -> None:
    """Append many at once, in their order. Raises RuntimeError where a subscriber could be called without end."""
    refuse_loop({str(event.kind) for event in events})
    TicketEvent.objects.bulk_create(events)
    publish_soon()


def event_of(ticket: Ticket, actor: Actor, kind: TicketEvent.Kind, fact: Fact = NOTHING_MORE) -> TicketEvent:
    """A fact of the ticket as it is now, to be recorded."""
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


def require_version(ticket: Ticket, actor: Actor, seen: int) -> None:
    """Raise TicketChanged where somebody else has changed the ticket since this version, or there is none such yet.

    What a person changed themselves they know, whichever page or program they did it with. A token has no such memory:
    several programs may share it, so that whatever was changed since through it, too, was changed by somebody else.

    To be called in the transaction of the change that it guards: it locks the ticket.
    """
    version = Ticket.objects.select_for_update(no_key=True).values_list("version", flat=True).get(pk=ticket.pk)
    if version == seen:
        return
    events = list(ticket.events.changes_after(seen, exclude_actor=actor.user))
    if events or seen > version:
        raise TicketChanged(events)
