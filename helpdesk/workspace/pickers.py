"""What the pickers of a ticket's properties offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Value

from helpdesk.teams.models import Team, User
from helpdesk.teams.names import labels_of
from helpdesk.tickets.forms import AssignmentForm, SnoozeForm
from helpdesk.tickets.models import Priority, Status, Tag, Ticket

RECENT = 300  # tickets, by what was done to them last, whose tags count as used
TAGS_OFFERED = 30


@dataclass(frozen=True)
class Pickers:
    """The choices for one ticket, the current ones among them."""

    statuses: list[Status]
    priorities: list[tuple[int, Any]]
    people: list[tuple[User, str]]
    tags: list[Tag]
    snooze_presets: list[tuple[str, Any]]


def pickers_for(ticket: Ticket, user: User) -> Pickers:
    """Whoever chooses comes first among the people."""
    people = labels_of(AssignmentForm(team=ticket.team).people)
    return Pickers(
        statuses=[Status(ticket.status), *ticket.next_statuses],
        priorities=sorted(Priority.choices, reverse=True),
        people=sorted(people, key=lambda choice: choice[0] != user),
        tags=_tags_offered(ticket),
        snooze_presets=SnoozeForm.PRESETS,
    )


def _tags_offered(ticket: Ticket) -> list[Tag]:
    """The ticket's own, then the most used of late, then others by name."""
    own = list(ticket.tags.all())
    return [*own, *(tag for tag in _tags_by_use(ticket.team) if tag not in own)][:TAGS_OFFERED]


def _tags_by_use(team: Team) -> list[Tag]:
    """Tags, those first that most of the tickets bear that something was done to lately; the same cost for any team."""
    recent = Ticket.objects.for_team(team).order_by("-last_activity_at", "-pk").values("pk")[:RECENT]
    tags = Tag.objects.for_team(team)
    used = tags.filter(tickets__in=recent).annotate(uses=Count("tickets")).order_by("-uses", "name")
    others = tags.annotate(uses=Value(0)).order_by("name")
    found: list[Any] = list(used[:TAGS_OFFERED].union(others[:TAGS_OFFERED], all=True))
    found.sort(key=lambda tag: (-tag.uses, tag.name))
    return list(dict.fromkeys(found))
