"""What a ticket loses of what it inherited when a request is split off, and what that request keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from helpdesk.tickets.actions.inheritance import (
    QUESTION_ATTRIBUTES,
    WAITING_FIELDS,
    drop_inherited_question,
    inherit_question,
    inherit_waits,
)
from helpdesk.tickets.actions.recording import save_change
from helpdesk.tickets.merged_tickets import merged_tickets_of
from helpdesk.tickets.models import Ticket, TicketEvent

Kind = TicketEvent.Kind


def remove_inherited(other: Ticket, ticket: Ticket, merged_at: datetime | None) -> None:
    """Take from a ticket what it had of one that is split off; `merged_at` says since when, where that one waits."""
    other.request_count -= ticket.request_count
    waits = {name: getattr(ticket, name) for name in WAITING_FIELDS if getattr(ticket, name)}
    inherited = [name for name, since in waits.items() if getattr(other, name) == since]
    others = merged_tickets_of(other) if inherited or other.question_from_id else []
    for name in inherited:
        setattr(other, name, None)
    if other.question_from_id:
        drop_inherited_question(other)
        inherit_question(other, others)
    if inherited and merged_at:  # it had none before: what was merged earlier had been seen to by then
        times = merge_times(others)
        for request in others:
            if times[request.pk] >= merged_at:
                inherit_waits(other, request, inherited)
    save_change(other, "request_count", *WAITING_FIELDS, *QUESTION_ATTRIBUTES)


def is_seen_to(name: str, chain: Sequence[Ticket], merged_at: Mapping[int, datetime]) -> bool:
    """Whether what the first of these waits for was seen to where it was merged into, each of these into the next.

    The other ticket then has no stamp any more, or a later one from after the merge. One of its own from before the
    merge was never replaced by an inherited one.
    """
    own = getattr(chain[0], name)
    stamps = [(getattr(above, name), merged_at[below.pk]) for below, above in pairwise(chain)]
    return any(stamp is None or (stamp > own and stamp > since) for stamp, since in stamps)


def merge_times(tickets: Sequence[Ticket]) -> dict[int, datetime]:
    """By key, when each of these was merged into the one that it is merged into now; some were as they were made."""
    merges = TicketEvent.objects.filter(ticket__in=tickets, kind=Kind.MERGED, facts__has_key="into").order_by("pk")
    return {ticket.pk: ticket.created_at for ticket in tickets} | dict(merges.values_list("ticket", "created_at"))
