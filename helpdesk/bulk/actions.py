"""Making a bulk change, step by step, and undoing it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.teams.models import Membership, User
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.tickets.timeline import sentence_of

Kind = BulkChange.Kind
Outcome = BulkChangeItem.Outcome

MOST = 5_000  # tickets of one bulk change
STEP = 0.1  # seconds that one step may take


def begin(
    membership: Membership, kind: str, value: str, tickets: TicketQuerySet, seen: Mapping[int, int] | None = None
) -> BulkChange:
    """Note down which tickets are to be changed; `seen` tells the versions, by ticket number, that the person saw.

    Raises ActionRefused where they are too many, or none.
    """
    rows = list(tickets.order_by("pk").values_list("pk", "number")[: MOST + 1])
    if len(rows) > MOST:
        raise actions.ActionRefused(_("At most %(most)s tickets at once; narrow the filters.") % {"most": MOST})
    if not rows:
        raise actions.ActionRefused(_("Choose at least one ticket."))
    with transaction.atomic():
        change = BulkChange.objects.create(team=membership.team, actor=membership.user, kind=kind, value=value)
        BulkChangeItem.objects.bulk_create(
            BulkChangeItem(
                team_id=change.team_id, bulk_change=change, ticket_id=pk, seen_version=(seen or {}).get(number)
            )
            for pk, number in rows
        )
    return change


def begin_undo(change: BulkChange) -> None:
    """Have the next steps bring back what was before."""
    BulkChange.objects.filter(pk=change.pk).update(is_undoing=True)
    change.is_undoing = True


def run_step(change: BulkChange) -> None:
    """Change, or bring back, as many of the tickets still to do as fit in a step; two at once do not meet."""
    deadline = time.monotonic() + STEP
    with transaction.atomic():
        BulkChange.objects.select_for_update().get(pk=change.pk)
        waiting = change.items.filter(outcome=Outcome.CHANGED if change.is_undoing else Outcome.PENDING)
        done = []
        for item in waiting.select_related("ticket").order_by("pk")[:200]:
            (_undo if change.is_undoing else _change)(change, item)
            done.append(item)
            if time.monotonic() > deadline:
                break
        BulkChangeItem.objects.bulk_update(done, ["outcome", "reason", "before", "version"])


def _change(change: BulkChange, item: BulkChangeItem) -> None:
    ticket, actor = item.ticket, Actor.person(change.actor)
    try:
        with transaction.atomic():
            if item.seen_version is not None:
                actions.require_version(ticket, actor, item.seen_version)
            ticket.refresh_from_db(from_queryset=Ticket.objects.select_for_update())
            before = ticket.version
            item.before = json.loads(json.dumps(actions.state_of(ticket), default=datetime.isoformat))
            ACTIONS[change.kind](ticket, actor, change.value)
    except actions.ActionRefused as refused:
        item.outcome, item.reason = Outcome.REFUSED, _reason(refused, ticket)
    else:
        item.version = ticket.version
        item.outcome = Outcome.UNCHANGED if ticket.version == before else Outcome.CHANGED


def _undo(change: BulkChange, item: BulkChangeItem) -> None:
    ticket, actor = item.ticket, Actor.person(change.actor)
    before = item.before | {
        name: parse_datetime(item.before[name]) if item.before[name] else None
        for name in ("snoozed_until", "resolved_at", "first_responded_at")
    }
    try:
        with transaction.atomic():
            actions.require_version(ticket, actor, item.version or 0)
            actions.restore_ticket(ticket, actor, before)
    except actions.ActionRefused as refused:
        item.outcome, item.reason = Outcome.NOT_UNDONE, _reason(refused, ticket)
    else:
        item.outcome = Outcome.UNDONE


def _reason(refused: actions.ActionRefused, ticket: Ticket) -> str:
    """Why, and where somebody else was first: what they did."""
    events = refused.events if isinstance(refused, actions.TicketChanged) else []
    return " ".join([str(refused), *(f"{strip_tags(sentence_of(event, ticket))}." for event in events)])[:500]


def _assign(ticket: Ticket, actor: Actor, value: str) -> None:
    if value:
        actions.assign_ticket(ticket, actor, User.objects.get(pk=value))
    else:
        actions.unassign_ticket(ticket, actor)


ACTIONS: dict[str, Callable[[Ticket, Actor, str], Any]] = {
    Kind.STATUS: actions.change_status,
    Kind.ASSIGNEE: _assign,
    Kind.PRIORITY: lambda ticket, actor, value: actions.change_priority(ticket, actor, int(value)),
    Kind.TAG: actions.add_tag,
    Kind.UNTAG: actions.remove_tag,
    Kind.SNOOZE: lambda ticket, actor, value: actions.snooze_ticket(ticket, actor, datetime.fromisoformat(value)),
}
