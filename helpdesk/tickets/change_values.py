"""Values of changes: stored as text (`store_…`, `load_…`), sent by integrations (`find_…`), offered (`…_choices`), and
those that a ticket has (`current_…`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.names import labels_of
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.forms import SnoozeForm
from helpdesk.tickets.models import CHOOSABLE_STATUSES, Priority, Status, Tag, Ticket, Topic
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.composed import ComposedQuery
from helpdesk.ui.relative_times import moment_to_come

MOST_TAGS = 30  # tags that are offered; others can be searched for


class ValueChoice(NamedTuple):
    """A value for the change's form, and its label. Without a value, it is only shown.

    If it stands for a person, a tag or a ticket, `row` is that row; `name` is its name if that is not the label.
    """

    value: Any
    label: Any
    row: Any = None
    name: str = ""


ValueChoices = Iterable[ValueChoice]
STATUSES = {status: ValueChoice(status.value, status.label) for status in Status}
PRIORITIES = [ValueChoice(*choice) for choice in sorted(Priority.choices, reverse=True)]
PRESETS = [ValueChoice(*preset) for preset in SnoozeForm.PRESETS]


def store_person(person: User | None) -> str:
    """The person's primary key as text; empty for nobody."""
    return str(person.pk) if person else ""


def load_person(key: str) -> User | None:
    """The person with this primary key; None if empty. Raises ActionRefused if the account no longer exists."""
    person = User.objects.filter(pk=key).first() if key else None
    if key and person is None:
        raise ActionRefused(_("The team has no such member."))
    return person


def find_person(team: Team, key: int | None) -> User | None:
    """The member with this primary key; None for nobody. Raises ActionRefused if there is no such member."""
    person = User.objects.filter(memberships__team=team, pk=key).first() if key else None
    if key and person is None:
        raise ActionRefused(_("The team has no such member."))
    return person


def store_moment(moment: datetime) -> str:
    """The time in ISO 8601, in UTC."""
    return moment.astimezone(UTC).isoformat()


def store_ticket(ticket: Ticket) -> str:
    """The ticket's primary key as text."""
    return str(ticket.pk)


def load_ticket(key: str) -> Ticket:
    """The ticket with this primary key. Raises ActionRefused if it no longer exists."""
    return _found(Ticket.objects.filter(pk=key).first())


def find_numbered_ticket(team: Team, number: int) -> Ticket:
    """The team's ticket with this number. Raises ActionRefused if there is none."""
    return _found(
        Ticket.objects.for_team(team).filter(number=number).first() if number <= Ticket.HIGHEST_NUMBER else None
    )


def unmerged_tickets(team: Team) -> TicketQuerySet:
    """The team's tickets that others can be merged into."""
    return Ticket.objects.for_team(team).unmerged()


def _found(ticket: Ticket | None) -> Ticket:
    if ticket is None:
        raise ActionRefused(_("The team has no such ticket."))
    return ticket


def no_choices(_membership: Membership, _ticket: Ticket | None) -> ValueChoices:
    """No choices, for values that are typed, or entered on the ticket's page."""
    return ()


def no_current_value(_membership: Membership, _ticket: Ticket) -> ValueChoice | None:
    """None, for changes that menus do not show."""
    return None


def status_choices(_membership: Membership, ticket: Ticket | None) -> ValueChoices:
    """The statuses that the ticket may change to; without a ticket, all that can be chosen."""
    statuses = ticket.next_statuses if ticket else CHOOSABLE_STATUSES
    return [STATUSES[status] for status in statuses]


def current_status(_membership: Membership, ticket: Ticket) -> ValueChoice:
    """The ticket's status."""
    return STATUSES[Status(ticket.status)]


def people_choices(membership: Membership, _ticket: Ticket | None) -> ValueChoices:
    """The person themselves, their colleagues, and nobody."""
    people = labels_of(membership.team.able_to_work)
    others = [ValueChoice(person.pk, label, person) for person, label in people if person.pk != membership.user_id]
    own = [ValueChoice("me", _("Me"), person, label) for person, label in people if person.pk == membership.user_id]
    return [*(own or [ValueChoice("me", _("Me"))]), *others, ValueChoice("", _("Nobody"))]


def current_assignee(membership: Membership, ticket: Ticket) -> ValueChoice:
    """Who has the ticket; without a label, which would have to be read."""
    return ValueChoice("me" if ticket.assignee_id == membership.user_id else ticket.assignee_id or "", "")


def priority_choices(_membership: Membership, _ticket: Ticket | None) -> ValueChoices:
    """All priorities, the most urgent first."""
    return PRIORITIES


def current_priority(_membership: Membership, ticket: Ticket) -> ValueChoice:
    """The ticket's priority."""
    return ValueChoice(ticket.priority, ticket.get_priority_display())


def snooze_choices(_membership: Membership, _ticket: Ticket | None) -> ValueChoices:
    """The usual times to snooze until."""
    return PRESETS


def current_snooze(_membership: Membership, ticket: Ticket) -> ValueChoice | None:
    """The time that the ticket is snoozed until, as a choice without a value if it is not one of the usual times."""
    until = ticket.snoozed_until if ticket.is_snoozed else None
    return ValueChoice(SnoozeForm.preset_of(until) or None, moment_to_come(until)) if until else None


def unsnooze_choices(_membership: Membership, ticket: Ticket | None) -> ValueChoices:
    """Unsnoozing, if the ticket is snoozed."""
    return [ValueChoice("", _("Unsnooze"))] if ticket and ticket.is_snoozed else []


def topic_choices(_membership: Membership, _ticket: Ticket | None) -> ValueChoices:
    """All topics, including the present one."""
    return [ValueChoice(*choice) for choice in Topic.choices]


def tag_choices(membership: Membership, ticket: Ticket | None) -> ValueChoices:
    """The team's most used tags that the ticket does not have."""
    return _without_present(_MOST_USED.objects(team=membership.team_id), ticket)


def search_tags(membership: Membership, ticket: Ticket | None, text: str) -> ValueChoices:
    """The team's tags that contain each word of the text and that the ticket does not have, the most used first."""
    found = Tag.objects.for_team(membership.team).containing(text).most_used()[:MOST_TAGS]
    return _without_present(found, ticket)


def _without_present(tags: Iterable[Tag], ticket: Ticket | None) -> list[ValueChoice]:
    present = _tags_of(ticket)
    return [ValueChoice(tag.name, tag.name, tag) for tag in tags if tag not in present]


def untag_choices(_membership: Membership, ticket: Ticket | None) -> ValueChoices:
    """The tags that the ticket has."""
    return [ValueChoice(tag.name, _("Remove tag: %(name)s") % {"name": tag.name}, tag) for tag in _tags_of(ticket)]


def _tags_of(ticket: Ticket | None) -> list[Tag]:
    return list(ticket.tags.all()) if ticket else []


_MOST_USED = ComposedQuery(lambda team: Tag.objects.for_team(team).most_used()[:MOST_TAGS])


def merge_choices(_membership: Membership, ticket: Ticket | None) -> Iterator[ValueChoice]:
    """The learner's other tickets, to merge this one into."""
    label = _("Merge into #%(number)s")
    for other in ticket.other_requests if ticket else ():
        named = label % {"number": other.number}
        yield ValueChoice(other.number, f"{named} · {other.course}" if other.course else named, other)
