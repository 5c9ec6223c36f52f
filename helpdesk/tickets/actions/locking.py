"""Locks several tickets at once, always in the same order, so that there are no deadlocks."""

from __future__ import annotations

from helpdesk.tickets.merged_tickets import chains_of, root_keys_of
from helpdesk.tickets.models import Ticket


def lock_root(ticket: Ticket) -> Ticket:
    """The ticket, or the one that it is merged into by now, locked and freshly read. Call in a transaction."""
    while True:
        (pk,) = root_keys_of({ticket.pk})
        root = Ticket.objects.select_for_update(no_key=True).get(pk=pk)
        if not root.is_merged and (root == ticket or root_keys_of({ticket.pk}) == {pk}):
            return root


def lock_together(*tickets: Ticket) -> None:
    """Lock these tickets and all that they are merged into, and refresh these; a ticket before those merged into it.

    Everybody keeps this order, which prevents deadlocks. A transaction that locks one of them first, on its own, has
    to lock the others without waiting.
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
