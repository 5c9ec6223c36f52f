"""Bringing back what was before a change."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.teams.models import User
from helpdesk.tickets.actions.assignment import assign_ticket
from helpdesk.tickets.actions.merging import merge_ticket, unmerge_ticket
from helpdesk.tickets.actions.priority import change_priority
from helpdesk.tickets.actions.questions import give_back_question
from helpdesk.tickets.actions.recording import ActionRefused, action
from helpdesk.tickets.actions.snooze import set_snoozed_until
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actions.tags import add_tag, remove_tag
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Tag, Ticket

TIMES = {"resolved_at", "first_responded_at", "awaiting_reply_since", "sending_failed_at"}
QUESTION = ("question", "topic", "question_origin", "question_known_at", "question_from_id")


def give_back(
    ticket: Ticket, actor: Actor, before: dict[str, Any], after: dict[str, Any], main: Collection[str] = ()
) -> list[str]:
    """Undo: bring back what these attributes of `state_of` were before. Each that goes back is an event of its own.

    Returns why something could not go back that only followed from the change. Refuses where it is one of those that
    the change is about, the `main` ones: an assignee who cannot work on the team's tickets any more.
    """
    problems = []
    others = before.keys() - {"merged_into_id", "assignee_id"}
    if "merged_into_id" in before and before["merged_into_id"] is None:
        unmerge_ticket(ticket, actor)
    if "assignee_id" in before:
        try:
            _give_back_assignee(ticket, actor, before["assignee_id"])
        except ActionRefused as refused:
            if "assignee_id" in main:
                raise
            problems.append(str(refused))
    if others:
        _give_back_attributes(ticket, actor, before, after)
    if before.get("merged_into_id") is not None:  # last, since a merged ticket is not changed by itself
        _merge_again(ticket, actor, before["merged_into_id"])
    return problems


def _merge_again(ticket: Ticket, actor: Actor, pk: int) -> None:
    into = Ticket.objects.filter(pk=pk).first()
    if into is None:
        raise ActionRefused(_("The ticket that it was merged into is gone."))
    merge_ticket(ticket, actor, into)


@action
def _give_back_attributes(ticket: Ticket, actor: Actor, before: dict[str, Any], after: dict[str, Any]) -> None:
    if "tags" in before:
        _give_back_tags(ticket, actor, tags_in(before, ticket), tags_in(after, ticket))
    fields = {field.attname: field for field in Ticket._meta.concrete_fields}
    then = {name: fields[name].to_python(value) for name, value in before.items() if name in fields}
    if "priority" in then:
        change_priority(ticket, actor, then["priority"])
    if then.get("status", ticket.status) != ticket.status:
        set_status(ticket, actor, Status(then["status"]))
    if then.get("snoozed_until", ticket.snoozed_until) != ticket.snoozed_until:
        set_snoozed_until(ticket, actor, then["snoozed_until"])
    if question := {name: then[name] for name in QUESTION if name in then}:
        give_back_question(ticket, actor, question)
    for name in TIMES & then.keys():
        setattr(ticket, name, then[name])
        ticket.save(update_fields=[name])


def _give_back_tags(ticket: Ticket, actor: Actor, before: dict[str, str], after: dict[str, str]) -> None:
    """Under their present names; one that is gone by now comes back under the name that it had."""
    altered = before.keys() ^ after.keys()
    names = before | after | {str(tag.pk): tag.name for tag in Tag.objects.filter(pk__in=altered)}
    for key in sorted(altered):
        (add_tag if key in before else remove_tag)(ticket, actor, names[key])


def _give_back_assignee(ticket: Ticket, actor: Actor, pk: int | None) -> None:
    assignee = User.objects.filter(pk=pk).first() if pk else None
    if pk and assignee is None:
        raise ActionRefused(_("The previous assignee is no longer in the team."))
    assign_ticket(ticket, actor, assignee)


def state_of(ticket: Ticket) -> dict[str, Any]:
    """What an undo brings back, as it is now, in the way in which JSON keeps it."""
    names = [
        "status",
        "priority",
        "assignee_id",
        "snoozed_until",
        "resolved_at",
        "first_responded_at",
        "awaiting_reply_since",
        "sending_failed_at",
        "merged_into_id",
        *QUESTION,
    ]
    values = {name: getattr(ticket, name) for name in names}
    kept = {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    return kept | {"tags": {str(pk): name for pk, name in ticket.tags.values_list("pk", "name")}}


def altered(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of two states is not the same in both: as it was, and as it is."""
    names = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}


def still_so(before: dict[str, Any], after: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What was before, of what is now as the change left it."""
    return {name: value for name, value in before.items() if now[name] == after[name]}


def tags_in(state: dict[str, Any], ticket: Ticket) -> dict[str, str]:
    """The tags of a state of the ticket, names by keys; the version before this one kept the names alone."""
    tags: dict[str, str] | list[str] = state["tags"]
    if isinstance(tags, dict):
        return tags
    found = Tag.objects.filter(team=ticket.team_id, name__in=tags)
    return {str(tag.pk): tag.name for tag in found}
