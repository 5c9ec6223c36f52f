"""The changes to the current ticket that the command palette offers for typed words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Permission
from helpdesk.tickets.change_base import ReversibleChange
from helpdesk.tickets.change_values import ValueChoices
from helpdesk.tickets.changes import BULK_CHANGES
from helpdesk.tickets.models import Ticket
from helpdesk.ui.unaccent import unaccent

MOST = 8
TICKET_NUMBER = re.compile(r"#(\d+)")


class NamedChange(NamedTuple):
    """A change as BulkForm reads it, its label, and its icon.

    `is_named` if the text names the change itself, as “priority u” does, and not only a value.
    """

    change: str
    label: str
    icon: str
    is_named: bool = False


def changes_with(membership: Membership, number: int, text: str) -> list[NamedChange]:
    """The changes to the ticket with this number whose labels contain every word of the text, named ones first."""
    words = unaccent(text).split()
    if not words or not membership.can(Permission.TICKET_CHANGE):
        return []
    tickets = Ticket.objects.for_team(membership.team).unmerged().prefetch_related("tags")
    ticket = tickets.filter(number=number).first()
    if ticket is None:
        return []
    named = [(unaccent(change.label), change) for change in _changes(membership, ticket, words)]
    fitting = [
        change._replace(is_named=name.startswith(words[0]))
        for name, change in named
        if all(_fits(word, name) for word in words)
    ]
    return sorted(fitting, key=lambda change: not change.is_named)[:MOST]


def _fits(word: str, name: str) -> bool:
    """Whether the word is in the name; ticket numbers must match as a whole: neither “#3” nor “3” matches #32."""
    number = word.removeprefix("#")
    if number.isdecimal():
        name = TICKET_NUMBER.sub(lambda match: match[0] if match[1] == number else "", name)
    return word in name


def _changes(membership: Membership, ticket: Ticket, words: list[str]) -> Iterator[NamedChange]:
    for change in BULK_CHANGES.values():
        if membership.can(change.permission):
            for choice in _found(change, membership, ticket, words):
                name = choice.label if change.is_named_by_choice else f"{change.label}: {choice.label}"
                yield NamedChange(f"{change.name}:{choice.value}", name, change.icon)


def _found(change: ReversibleChange, membership: Membership, ticket: Ticket, words: list[str]) -> ValueChoices:
    """All values offered; for changes that can be searched, those that match the words not in the change's own name."""
    name = unaccent(str(change.label))
    rest = " ".join(word for word in words if word not in name)
    return change.search(membership, ticket, rest) if change.search and rest else change.choices(membership, ticket)
