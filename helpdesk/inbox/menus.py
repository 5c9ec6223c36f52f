"""What the menus of changes offer, for the list's selection or for one ticket."""

from __future__ import annotations

from typing import Any, NamedTuple

from helpdesk.teams.models import Membership
from helpdesk.tickets.change_base import ReversibleChange
from helpdesk.tickets.changes import BULK_CHANGES
from helpdesk.tickets.models import Ticket


class MenuChoice(NamedTuple):
    """A value for BulkForm, its label, and whether the ticket has it. A choice without a value is only shown."""

    value: Any
    label: Any
    is_current: bool = False


def menu_choices(
    membership: Membership, ticket: Ticket | None = None
) -> list[tuple[ReversibleChange, list[MenuChoice]]]:
    """The changes that menus offer, for all tickets or for this one, with their values. Tags are typed instead."""
    return [
        (change, _choices_of(change, membership, ticket))
        for change in BULK_CHANGES.values()
        if change.is_in_menus and membership.can(change.permission)
    ]


def _choices_of(change: ReversibleChange, membership: Membership, ticket: Ticket | None) -> list[MenuChoice]:
    """The values offered; what the ticket has is marked, or comes first if it is not among them."""
    current = change.current(membership, ticket) if ticket else None
    choices = [
        MenuChoice(choice.value, choice.label, is_current=current is not None and choice.value == current.value)
        for choice in change.choices(membership, ticket)
    ]
    if current and current.label and not any(choice.is_current for choice in choices):
        choices.insert(0, MenuChoice(current.value, current.label, is_current=True))
    return choices
