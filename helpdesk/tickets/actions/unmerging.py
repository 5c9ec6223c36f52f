"""Splitting a merged ticket off again."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django.db import transaction

from helpdesk.tickets.actions.assignees import release_if_unworkable
from helpdesk.tickets.actions.disinheritance import is_seen_to, merge_times, remove_inherited
from helpdesk.tickets.actions.inheritance import WAITING_FIELDS, is_waiting
from helpdesk.tickets.actions.locking import lock_together
from helpdesk.tickets.actions.recording import record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.fact_base import TicketReference
from helpdesk.tickets.facts import SplitOff, UnmergedFrom
from helpdesk.tickets.models import Ticket, TicketEvent

Kind = TicketEvent.Kind


@transaction.atomic
def unmerge_ticket(ticket: Ticket, actor: Actor) -> None:
    """Split a merged ticket off, with those merged into it: it stands for itself again."""
    if ticket.merged_into_id is None:
        return
    above = _tickets_above(ticket)
    lock_together(ticket, *above)
    target = above[0]
    if ticket.merged_into_id != target.pk:
        return
    chain = [ticket, *above]
    merged_at = merge_times(chain[:-1]) if any(getattr(ticket, name) for name in WAITING_FIELDS) else {}
    ticket.merged_into = None
    for name in WAITING_FIELDS:
        if is_waiting(ticket, name) and is_seen_to(name, chain, merged_at):
            setattr(ticket, name, None)
    save_change(ticket, "merged_into", *WAITING_FIELDS)
    for below, other in pairwise(chain):
        remove_inherited(other, ticket, merged_at.get(below.pk))
    record(ticket, actor, Kind.UNMERGED, UnmergedFrom(TicketReference.to(target)))
    record(target, actor, Kind.UNMERGED, SplitOff(TicketReference.to(ticket)))
    release_if_unworkable(ticket, actor)


def split_off_again(ticket: Ticket, actor: Actor, before: Mapping[str, Any], _after: Mapping[str, Any]) -> None:
    """Undo: split the ticket off, if it was not merged before."""
    if before["merged_into_id"] is None:
        unmerge_ticket(ticket, actor)


def _tickets_above(ticket: Ticket) -> list[Ticket]:
    """The ticket that this one is merged into, the ticket that that one is merged into, and so on."""
    found: list[Ticket] = []
    above = ticket.merged_into
    while above is not None:
        found.append(above)
        above = above.merged_into
    return found
