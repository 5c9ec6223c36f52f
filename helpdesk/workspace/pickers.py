"""What a ticket's pickers of assignee and tags show when they are opened."""

from __future__ import annotations

from django.db.models import OuterRef

from helpdesk.inbox.counts import MAX_ROWS, capped
from helpdesk.teams.models import Membership, Team
from helpdesk.tickets.change_values import MOST_TAGS
from helpdesk.tickets.changes import TAG, UNTAG
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.tickets.querysets import CountOf
from helpdesk.ui.unaccent import unaccent


def open_counts(team: Team) -> dict[int, str]:
    """The number of tickets to do per person who can work, by the user's primary key; “100+” if there are more."""
    theirs = Ticket.objects.for_team(team).to_do().filter(assignee=OuterRef("user")).values("pk")[:MAX_ROWS]
    found = Membership.objects.for_team(team).able_to_work().values_list("user", CountOf(theirs))
    return {pk: capped(count) for pk, count in found}


def tags_offered(membership: Membership, ticket: Ticket, text: str = "") -> list[Tag]:
    """The ticket's own tags, then the most used others; with a text, only tags that contain each of its words."""
    words = unaccent(text).split()
    own = [choice.row for choice in UNTAG.choices(membership, ticket)]
    own = [tag for tag in own if all(word in unaccent(tag.name) for word in words)]
    others = TAG.search(membership, ticket, text) if TAG.search and words else TAG.choices(membership, ticket)
    return [*own, *(choice.row for choice in others)][:MOST_TAGS]
