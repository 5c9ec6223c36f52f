"""What the pickers of a ticket's properties offer."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef

from helpdesk.inbox.counts import MOST, capped
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.names import labels_of
from helpdesk.tickets.models import Tag, Ticket
from helpdesk.ui.composed import ComposedQuery

TAGS_OFFERED = 30


@dataclass(frozen=True)
class Pickers:
    """The choices for one ticket, the current ones among them."""

    people: list[tuple[User, str]]
    tags: list[Tag]


def pickers_for(ticket: Ticket, user: User) -> Pickers:
    """Whoever chooses comes first among the people."""
    people = labels_of(ticket.team.able_to_work)
    return Pickers(
        people=sorted(people, key=lambda choice: choice[0] != user),
        tags=tags_offered(ticket),
    )


def open_counts(team: Team) -> dict[int, str]:
    """How many tickets to do are assigned to each who can work, by their keys; “100+” where there are more."""
    theirs = Ticket.objects.for_team(team).to_do().filter(assignee=OuterRef("user")).values("pk")[:MOST]
    count = Func(ArraySubquery(theirs), function="cardinality", output_field=IntegerField())
    found = Membership.objects.for_team(team).able_to_work().values_list("user", count)
    return {pk: capped(count) for pk, count in found}


def tags_with(ticket: Ticket, text: str) -> list[Tag]:
    """Of all the team's tags those with the text in them, the most used first; without one those that are offered."""
    if not text:
        return tags_offered(ticket)
    return list(Tag.objects.for_team(ticket.team).containing(text).most_used()[:TAGS_OFFERED])


def tags_offered(ticket: Ticket) -> list[Tag]:
    """The ticket's own, then the most used."""
    own = list(ticket.tags.all())
    most_used = _MOST_USED.objects(team=ticket.team_id)
    return [*own, *(tag for tag in most_used if tag not in own)][:TAGS_OFFERED]


_MOST_USED = ComposedQuery(lambda team: Tag.objects.for_team(team).most_used()[:TAGS_OFFERED])
