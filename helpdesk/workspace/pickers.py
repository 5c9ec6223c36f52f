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
    tags: list[str]
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


def _tags_offered(ticket: Ticket) -> list[str]:
    """The ticket's own, then the most used of late, then others by name."""
    own = {tag.name for tag in ticket.tags.all()}
    uses = dict.fromkeys(own, RECENT + 1) | {name: count for name, count in _uses_of(ticket.team) if name not in own}
    return sorted(uses, key=lambda name: (-uses[name], name))[:TAGS_OFFERED]


def _uses_of(team: Team) -> list[tuple[str, int]]:
    """Tags, and how many of the tickets that something was done to lately bear them; the same cost for any team."""
    recent = Ticket.objects.for_team(team).order_by("-last_activity_at", "-pk").values("pk")[:RECENT]
    tags = Tag.objects.for_team(team)
    used = tags.filter(tickets__in=recent).annotate(uses=Count("tickets")).order_by("-uses", "name")
    others = tags.annotate(uses=Value(0)).order_by("name")
    found = [rows.values_list("name", "uses")[:TAGS_OFFERED] for rows in (used, others)]
    counts: dict[str, int] = {}
    for name, count in found[0].union(found[1], all=True):
        counts[name] = max(count, counts.get(name, 0))
    return list(counts.items())
