"""Finds what a change altered on a ticket, and restores it; the registry of changes defines what and how."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Set
from datetime import UTC, datetime
from typing import Any

from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change_base import Restore, ReversibleChange
from helpdesk.tickets.changes import ASSIGNEE, MERGE, REVERSIBLE, UNMERGE
from helpdesk.tickets.facts import kinds_about
from helpdesk.tickets.models import DONE_STATUSES, Status, Ticket

# A merged ticket cannot be changed, so a merge is undone first, and a split last.
ORDER = (
    MERGE,
    ASSIGNEE,
    *(change for change in REVERSIBLE.values() if change not in {MERGE, ASSIGNEE, UNMERGE}),
    UNMERGE,
)
OUT_OF_SIGHT = {*DONE_STATUSES, Status.PENDING}
FIELDS = {field.attname: field for field in Ticket._meta.concrete_fields}
EVENT_KINDS = {name: kinds for change in ORDER for name, kinds in change.event_kinds.items()}
KEPT = sorted({name for change in ORDER for name in change.altered} & FIELDS.keys())


def restore(
    ticket: Ticket, actor: Actor, before: dict[str, Any], after: dict[str, Any], main: Collection[str] = ()
) -> list[str]:
    """Undo: restore the `before` values of attributes of `state_of`. Each restored attribute gets its own event.

    Raises ActionRefused, except if only the previous assignee cannot be restored, because they can no longer work on
    the team's tickets, and the assignee is not among the `main` attributes, which the change is about. The reason is
    returned then.
    """
    values = {name: FIELDS[name].to_python(value) if name in FIELDS else value for name, value in before.items()}
    may_leave_assignee = ASSIGNEE.attributes.isdisjoint(main)
    problems = []
    for change in _changes_of(values.keys()):
        try:
            change.restore(ticket, actor, values, after)
        except ActionRefused as refused:
            if not (change is ASSIGNEE and may_leave_assignee):
                raise
            problems.append(str(refused))
    return problems


def _changes_of(names: Set[str]) -> list[ReversibleChange]:
    """The changes that restore these attributes, in ORDER; only the first of those that share a `restore`."""
    by_function: dict[Restore, ReversibleChange] = {}
    for change in ORDER:
        if change.altered & names:
            by_function.setdefault(change.restore, change)
    return list(by_function.values())


def state_of(ticket: Ticket) -> dict[str, Any]:
    """The present values of everything that an undo can restore, as stored in JSON."""
    return values_of(ticket) | {"tags": {str(pk): name for pk, name in ticket.tags.values_list("pk", "name")}}


def values_of(ticket: Ticket) -> dict[str, Any]:
    """The present values that an undo can restore, as stored in JSON, but for tags, which need a query."""
    values = {name: getattr(ticket, name) for name in KEPT}
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def altered(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The attributes that differ between two states, with their old and their new values."""
    names = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def restorable(before: dict[str, Any], after: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """The `before` values of those attributes that still are as the change left them."""
    return {name: value for name, value in before.items() if now[name] == after[name]}


def is_out_of_sight(before: dict[str, Any]) -> bool:
    """Whether restoring this would hide the ticket from people: as finished, snoozed, or waiting on the learner."""
    return before.get("status") in OUT_OF_SIGHT or bool(before.get("snoozed_until"))


def kinds_of_changes(names: Iterable[str]) -> set[str]:
    """The kinds of events that record changes of these attributes of `state_of`."""
    return {kind for name in names for kind in EVENT_KINDS.get(name) or kinds_about([name.removesuffix("_id")])}
