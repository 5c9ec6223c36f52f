"""What the command palette offers to make of the ticket at hand, by the words for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Permission
from helpdesk.tickets.changes import OF_MANY
from helpdesk.tickets.models import Ticket
from helpdesk.ui.unaccent import unaccent

MOST = 8
ICONS = {
    "status": "half",
    "assignee": "person",
    "priority": "flag",
    "snooze": "clock",
    "unsnooze": "back",
    "topic": "question",
    "tag": "tag",
    "untag": "tag",
    "merge": "merge",
}


class Offer(NamedTuple):
    """A change as BulkForm reads it, what it is called, and its icon."""

    change: str
    label: str
    icon: str


def changes_with(membership: Membership, number: int, text: str) -> list[Offer]:
    """Those of the team's ticket of this number whose names have every word of the text."""
    words = unaccent(text).split()
    if not words or not membership.can(Permission.TICKET_CHANGE):
        return []
    tickets = Ticket.objects.for_team(membership.team).unmerged().prefetch_related("tags")
    ticket = tickets.filter(number=number).first()
    if ticket is None:
        return []
    offers = [offer for offer in _offers(membership, ticket) if all(word in unaccent(offer.label) for word in words)]
    return offers[:MOST]


def _offers(membership: Membership, ticket: Ticket) -> Iterator[Offer]:
    for change in OF_MANY.values():
        if membership.can(change.permission):
            for value, label in change.offers(membership, ticket):
                name = label if change.is_named_by_offers else f"{change.label}: {label}"
                yield Offer(f"{change.name}:{value}", name, ICONS[change.name])
