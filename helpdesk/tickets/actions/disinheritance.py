"""What a ticket loses of its inheritance when a merged request is split off, and what that request keeps."""

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


def remove_inherited(above: Ticket, split_off: Ticket, merged_at: datetime | None) -> None:
    """Remove from the ticket `above` what it inherited from one that is split off from it.

    If that one waits for somebody, `merged_at` is when it, or what it was merged into, was merged into `above`.
    """
    above.request_count -= split_off.request_count
    waits = [
        name for name in WAITING_FIELDS if getattr(split_off, name) and getattr(above, name) == getattr(split_off, name)
    ]
    still_merged = merged_tickets_of(above) if waits or above.question_from_id else []
    if above.question_from_id:
        drop_inherited_question(above)
        inherit_question(above, still_merged)
    for name in waits:
        setattr(above, name, None)
    if waits and merged_at:
        _inherit_waits_since(merged_at, above, still_merged, waits)
    save_change(above, "request_count", *WAITING_FIELDS, *QUESTION_ATTRIBUTES)


def _inherit_waits_since(merged_at: datetime, above: Ticket, requests: Sequence[Ticket], names: Sequence[str]) -> None:
    """Inherit these waits from requests merged at that time or later; those merged earlier had been dealt with."""
    times = merge_times(requests)
    for request in requests:
        if times[request.pk] >= merged_at:
            inherit_waits(above, request, names)


def is_seen_to(name: str, chain: Sequence[Ticket], merged_at: Mapping[int, datetime]) -> bool:
    """Whether somebody has dealt with the wait of the first ticket, on one of the tickets above it in the chain.

    Each ticket in the chain is merged into the next. A ticket where the wait was dealt with has no stamp any more, or
    a later one from after the merge; its own stamp from before the merge was never replaced by an inherited one.
    """
    own = getattr(chain[0], name)
    stamps = [(getattr(above, name), merged_at[below.pk]) for below, above in pairwise(chain)]
    return any(stamp is None or (stamp > own and stamp > since) for stamp, since in stamps)


def merge_times(tickets: Sequence[Ticket]) -> dict[int, datetime]:
    """When each ticket was last merged, by primary key; its creation if it was created as a merged ticket."""
    merges = TicketEvent.objects.filter(ticket__in=tickets, kind=Kind.MERGED, facts__has_key="into").order_by("pk")
    return {ticket.pk: ticket.created_at for ticket in tickets} | dict(merges.values_list("ticket", "created_at"))
