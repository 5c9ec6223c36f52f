"""What the command palette offers to make of the ticket at hand, by the words for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from helpdesk.inbox.forms import change_offers
from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Permission
from helpdesk.tickets.changes import MERGE, TAG, TOPIC, UNSNOOZE, UNTAG
from helpdesk.tickets.models import Tag, Ticket, Topic
from helpdesk.ui.folding import fold

MOST = 8
TAGS, OTHERS = 200, 20  # looked through: the most used tags, and the learner's newest requests


class Offer(NamedTuple):
    """A change as BulkForm reads it, and what it is called."""

    change: str
    label: str


def changes_with(membership: Membership, number: int, text: str) -> list[Offer]:
    """Those of the team's ticket of this number whose names have every word of the text."""
    ticket = Ticket.objects.for_team(membership.team).unmerged().filter(number=number).first()
    words = fold(text).split()
    if ticket is None or not words or not membership.can(Permission.TICKET_CHANGE):
        return []
    offers = [offer for offer in _offers(membership, ticket) if all(word in fold(offer.label) for word in words)]
    return offers[:MOST]


def _offers(membership: Membership, ticket: Ticket) -> Iterator[Offer]:
    for change, values in change_offers(membership, ticket):
        for value, label in values:
            yield Offer(f"{change.name}:{value}", f"{change.label}: {label}")
    if ticket.is_snoozed:
        yield Offer(f"{UNSNOOZE.name}:", _("Unsnooze"))
    for topic in Topic:
        yield Offer(f"{TOPIC.name}:{topic}", f"{TOPIC.label}: {topic.label}")
    on = set(ticket.tags.values_list("name", flat=True))
    for name in sorted(on):
        yield Offer(f"{UNTAG.name}:{name}", _("Remove tag: %(name)s") % {"name": name})
    for tag in Tag.objects.for_team(membership.team).most_used()[:TAGS]:
        if tag.name not in on:
            yield Offer(f"{TAG.name}:{tag.name}", f"{TAG.label}: {tag.name}")
    if membership.can(Permission.TICKET_MERGE):
        yield from _merges(ticket)


def _merges(ticket: Ticket) -> Iterator[Offer]:
    theirs = Ticket.objects.for_team(ticket.team).filter(learner=ticket.learner_id).unmerged().exclude(pk=ticket.pk)
    for other in theirs.select_related("course").newest_first()[:OTHERS]:
        label = _("Merge into #%(number)s") % {"number": other.number}
        yield Offer(f"{MERGE.name}:{other.number}", " · ".join(filter(None, [label, str(other.course or "")])))
