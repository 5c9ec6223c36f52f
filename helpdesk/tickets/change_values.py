"""Values of changes: kept as texts (`store_…`, `load_…`), named by integrations (`find_…`), offered (`offer_…`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.names import labels_of
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.forms import SnoozeForm
from helpdesk.tickets.models import Priority, Status, Tag, Ticket, Topic
from helpdesk.tickets.querysets import TicketQuerySet

Offers = Iterable[tuple[Any, Any]]  # values as the form of the change takes them, with what they are called
TAGS, OTHERS = 200, 20  # offered: the most used tags, and the learner's newest requests


def store_person(person: User | None) -> str:
    """Their key; empty for nobody."""
    return str(person.pk) if person else ""


def load_person(key: str) -> User | None:
    """Raises ActionRefused where the account is gone."""
    person = User.objects.filter(pk=key).first() if key else None
    if key and person is None:
        raise ActionRefused(_("The team has no such member."))
    return person


def find_person(team: Team, key: int | None) -> User | None:
    """The member of this key; None for nobody. Raises ActionRefused."""
    person = User.objects.filter(memberships__team=team, pk=key).first() if key else None
    if key and person is None:
        raise ActionRefused(_("The team has no such member."))
    return person


def store_moment(moment: datetime) -> str:
    """The moment in ISO 8601, in UTC."""
    return moment.astimezone(UTC).isoformat()


def store_ticket(ticket: Ticket) -> str:
    """The ticket's key."""
    return str(ticket.pk)


def load_ticket(key: str) -> Ticket:
    """Raises ActionRefused where it is gone."""
    return _found(Ticket.objects.filter(pk=key).first())


def find_ticket(team: Team, number: int) -> Ticket:
    """The team's ticket of this number. Raises ActionRefused."""
    return _found(
        Ticket.objects.for_team(team).filter(number=number).first() if number <= Ticket.HIGHEST_NUMBER else None
    )


def unmerged_tickets(team: Team) -> TicketQuerySet:
    """What a ticket can be merged into."""
    return Ticket.objects.for_team(team).unmerged()


def _found(ticket: Ticket | None) -> Ticket:
    if ticket is None:
        raise ActionRefused(_("The team has no such ticket."))
    return ticket


def offer_nothing(_membership: Membership, _ticket: Ticket | None) -> Offers:
    """For what is typed, or asked of one ticket on its page."""
    return ()


def offer_statuses(_membership: Membership, ticket: Ticket | None) -> Offers:
    """Those that the ticket may have next; of many, all that somebody can give."""
    statuses = ticket.next_statuses if ticket else [status for status in Status if status != Status.NEW]
    return [(status.value, status.label) for status in statuses]


def offer_people(membership: Membership, _ticket: Ticket | None) -> Offers:
    """The person themselves, colleagues, nobody."""
    people = labels_of(membership.team.able_to_work)
    others = [(person.pk, label) for person, label in people if person.pk != membership.user_id]
    return [("me", _("Me")), *others, ("", _("Nobody"))]


def offer_priorities(_membership: Membership, _ticket: Ticket | None) -> Offers:
    """All priorities, the most urgent first."""
    return sorted(Priority.choices, reverse=True)


def offer_presets(_membership: Membership, _ticket: Ticket | None) -> Offers:
    """The usual times to snooze until."""
    return SnoozeForm.PRESETS


def offer_unsnooze(_membership: Membership, ticket: Ticket | None) -> Offers:
    """To unsnooze it, where it is snoozed."""
    return [("", _("Unsnooze"))] if ticket and ticket.is_snoozed else []


def offer_topics(_membership: Membership, _ticket: Ticket | None) -> Offers:
    """All topics."""
    return Topic.choices


def offer_tags(membership: Membership, ticket: Ticket | None) -> Offers:
    """The team's most used tags that the ticket does not have."""
    tags = Tag.objects.for_team(membership.team).most_used()[:TAGS]
    present = _tags_of(ticket)
    return [(tag.name, tag.name) for tag in tags if tag.name not in present]


def offer_untags(_membership: Membership, ticket: Ticket | None) -> Offers:
    """The tags that the ticket has."""
    return [(name, _("Remove tag: %(name)s") % {"name": name}) for name in sorted(_tags_of(ticket))]


def _tags_of(ticket: Ticket | None) -> set[str]:
    return {tag.name for tag in ticket.tags.all()} if ticket else set()


def offer_merges(_membership: Membership, ticket: Ticket | None) -> Iterator[tuple[int, str]]:
    """Into the learner's other requests."""
    if ticket is None:
        return
    theirs = unmerged_tickets(ticket.team).filter(learner=ticket.learner_id).exclude(pk=ticket.pk)
    for other in theirs.select_related("course").newest_first()[:OTHERS]:
        label = _("Merge into #%(number)s") % {"number": other.number}
        yield other.number, " · ".join(filter(None, [label, str(other.course or "")]))
