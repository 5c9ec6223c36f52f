"""What the pickers of a ticket's properties offer."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.teams.models import User
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
        tags=_tags_offered(ticket),
    )


def _tags_offered(ticket: Ticket) -> list[Tag]:
    """The ticket's own, then the most used."""
    own = list(ticket.tags.all())
    most_used = _MOST_USED.objects(team=ticket.team_id)
    return [*own, *(tag for tag in most_used if tag not in own)][:TAGS_OFFERED]


_MOST_USED = ComposedQuery(lambda team: Tag.objects.for_team(team).most_used()[:TAGS_OFFERED])
