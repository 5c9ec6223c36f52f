"""What a change altered of a ticket, and bringing that back: each change of the registry says what and how."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change import Restore, ReversibleChange
from helpdesk.tickets.changes import ASSIGNEE, MERGE, REVERSIBLE, UNMERGE
from helpdesk.tickets.facts import kinds_about
from helpdesk.tickets.models import DONE_STATUSES, Status, Ticket

# A merged ticket is not changed by itself: first it is split off again, and at the very last merged again.
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
    """Undo: bring back what these attributes of `state_of` were before. Each that goes back is an event of its own.

    Returns why something could not go back that only followed from the change. Refuses where it is one of those that
    the change is about, the `main` ones: an assignee who cannot work on the team's tickets any more.
    """
    problems = []
    then = {name: FIELDS[name].to_python(value) if name in FIELDS else value for name, value in before.items()}
    ways: dict[Restore, ReversibleChange] = {}
    for change in ORDER:
        if change.altered & then.keys():
            ways.setdefault(change.restore, change)  # two changes of the same attributes share one
    for way, change in ways.items():
        try:
            way(ticket, actor, then, after)
        except ActionRefused as refused:
            if change is not ASSIGNEE or ASSIGNEE.attributes & set(main):
                raise
            problems.append(str(refused))
    return problems


def state_of(ticket: Ticket) -> dict[str, Any]:
    """What an undo brings back, as it is now, in the way in which JSON keeps it."""
    return values_of(ticket) | {"tags": {str(pk): name for pk, name in ticket.tags.values_list("pk", "name")}}


def values_of(ticket: Ticket) -> dict[str, Any]:
    """The same without its tags, which alone have to be asked for."""
    values = {name: getattr(ticket, name) for name in KEPT}
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def altered(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The attributes that differ between two states: their values before, and now."""
    names = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def restorable(before: dict[str, Any], after: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was before, of what is now as the change left it."""
    return {name: value for name, value in before.items() if now[name] == after[name]}


def is_out_of_sight(before: dict[str, Any]) -> bool:
    """Whether nobody would see to the ticket, brought back to this: finished, put off, or waiting for the learner."""
    return before.get("status") in OUT_OF_SIGHT or bool(before.get("snoozed_until"))


def kinds_of_changes(names: Iterable[str]) -> set[str]:
    """The kinds of events that tell of a change of these attributes of `state_of`."""
    return {kind for name in names for kind in EVENT_KINDS.get(name) or kinds_about([name.removesuffix("_id")])}
