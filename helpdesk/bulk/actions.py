"""Creates bulk changes, carries them out in short steps, and undoes them.

The request makes the first steps, and a job the rest, whether or not anybody is watching (tasks.py).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.bulk.steps import make_and_note, process_batch
from helpdesk.teams.locking import lock_team
from helpdesk.teams.models import Team
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change_base import ReversibleChange
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet

logger = logging.getLogger(__name__)

FEW = 50  # tickets; changes up to this size may always start, beside any number of others


class TooManyRunning(ActionRefused):
    """The team has as many unfinished bulk changes as it may have (`settings.BULK_CHANGES_AT_ONCE`)."""

    def __init__(self) -> None:
        super().__init__(_("Other bulk changes by your team are still running; try again in a moment."))


def create_change(
    team: Team,
    actor: Actor,
    kind: str,
    value: str,
    tickets: TicketQuerySet,
    *,
    most: int,
    seen: Mapping[int, int] | None = None,
    not_found: Iterable[int] = (),
    key: UUID | None = None,
) -> BulkChange:
    """Store a change and its tickets; `make_steps_then_enqueue` carries it out.

    `seen` has the versions that the person saw, by ticket number. Raises ActionRefused if there are more than `most`
    tickets, TooManyRunning, and IntegrityError if the actor has used the same key before.
    """
    rows = list(tickets.order_by("pk").values_list("pk", "number")[: most + 1])
    if len(rows) > most:
        raise ActionRefused(_("At most %(most)s tickets at once; narrow your filters.") % {"most": most})
    with transaction.atomic():
        if not _has_room(team, len(rows)):
            raise TooManyRunning
        change = BulkChange.objects.create(
            **_made_by(team, actor),
            kind=kind,
            value=value,
            not_found=list(not_found),
            key=key,
            finished_at=None if rows else timezone.now(),
        )
        BulkChangeItem.objects.bulk_create(
            BulkChangeItem(team_id=team.pk, bulk_change=change, ticket_id=pk, seen_version=(seen or {}).get(number))
            for pk, number in rows
        )
    return change


def get_or_create_change(
    key: UUID,
    team: Team,
    actor: Actor,
    kind: str,
    value: str,
    tickets: TicketQuerySet,
    *,
    most: int,
    seen: Mapping[int, int],
) -> BulkChange:
    """The change that this person requested with this key; created now, as by `create_change`, if there is none.

    Raises ActionRefused and TooManyRunning.
    """
    try:
        with transaction.atomic():
            return create_change(team, actor, kind, value, tickets, most=most, seen=seen, key=key)
    except IntegrityError:
        change = BulkChange.objects.for_team(team).asked_with(key, actor.user)
        if change is None:
            raise
        return change


def change_at_once(ticket: Ticket, actor: Actor, what: ReversibleChange, value: Any) -> BulkChange:
    """Change one ticket now; the value is not stored, except in the item's `before` and `after`. It can be undone.

    Raises ActionRefused.
    """
    with transaction.atomic():
        locked = Ticket.objects.select_for_update(no_key=True).get(pk=ticket.pk)
        made_by = _made_by(ticket.team, actor)
        change = BulkChange.objects.create(**made_by, kind=what.name, finished_at=timezone.now())
        item = BulkChangeItem(team_id=ticket.team_id, bulk_change=change, ticket=locked)
        make_and_note(item, locked, actor, what, value)
        item.save()
    return change


def _made_by(team: Team, actor: Actor) -> dict[str, Any]:
    """The fields that say who makes the change, and in which language they read about it."""
    return {
        "team": team,
        "actor_kind": actor.kind,
        "actor": actor.user,
        "actor_name": actor.name[:150],
        "actor_token": actor.token_id,
        "language": get_language() or "",
    }


def start_undo(change: BulkChange, actor: Actor, *, is_stopped: bool = False) -> None:
    """Have the next steps restore the tickets, in the name of `actor`.

    With `is_stopped`, a running change is stopped first, even if the undo is then refused: its pending tickets are
    removed from it. Raises TooManyRunning, and ActionRefused if the change is running or has nothing to undo.
    """
    if refusal := _try_to_start_undo(change, actor, is_stopped=is_stopped):
        raise refusal


@transaction.atomic
def _try_to_start_undo(change: BulkChange, actor: Actor, *, is_stopped: bool) -> ActionRefused | None:
    """Start the undo in one transaction. Returns the refusal, because raising it here would roll back the stop."""
    count = change.items.filter(outcome=BulkChangeItem.Outcome.CHANGED).count()
    has_room = _has_room(change.team, count, change)
    change.refresh_from_db(from_queryset=BulkChange.objects.select_for_update())
    if is_stopped and change.state == "running":
        _stop(change)
    if not has_room:
        return TooManyRunning()
    if change.state == "running":
        return ActionRefused(_("This change is still running; undo it when it is done."))
    if change.is_undoing or not change.items.filter(outcome=BulkChangeItem.Outcome.CHANGED).exists():
        return ActionRefused(_("There is nothing to undo."))
    change.is_undoing, change.finished_at = True, None
    change.undo_actor_kind, change.undo_actor, change.undo_actor_name = actor.kind, actor.user, actor.name[:150]
    change.undo_actor_token = actor.token_id
    change.language = get_language() or ""
    change.save()
    return None


def _stop(change: BulkChange) -> None:
    change.items.filter(outcome=BulkChangeItem.Outcome.PENDING).delete()
    change.finished_at = timezone.now()
    change.save(update_fields=["finished_at"])


def _has_room(team: Team, count: int, change: BulkChange | None = None) -> bool:
    """Whether a change of this many tickets may start, given the team's unfinished changes other than `change`.

    Locks the team, so that simultaneous requests are counted one after the other.
    """
    if count <= FEW:
        return True
    lock_team(team.pk)
    running = BulkChange.objects.for_team(team).unfinished()
    others = running.exclude(pk=change.pk) if change else running
    return bool(others.count() < settings.BULK_CHANGES_AT_ONCE)


def make_steps_then_enqueue(change: BulkChange, seconds: float) -> None:
    """Make steps as `make_steps` does, and leave the rest to a job."""
    make_steps(change, seconds)
    if change.finished_at is None and not _jobs_of(change).exists():
        enqueue(change)


def make_steps(change: BulkChange, seconds: float) -> None:
    """Make steps for this time, at least one; stops early if the change is finished, or nothing can be done now."""
    deadline = time.monotonic() + seconds
    try:
        while process_batch(change) and change.finished_at is None and time.monotonic() < deadline:
            pass
    except OperationalError as error:  # such as a lock timeout: the next step may succeed
        logger.warning("bulk change %s: a step is to be made again (%s)", change.pk, str(error).partition("\n")[0])
    change.refresh_from_db(fields=["finished_at", "is_undoing"])


def enqueue(change: BulkChange) -> None:
    """Have a worker continue the change, after those that are waiting already."""
    app.configure_task("bulk.run").defer(bulk_change_id=change.pk)


def enqueue_abandoned(since: datetime) -> None:
    """Have a worker continue unfinished changes that have no job and were requested before this time."""
    for change in BulkChange.objects.unfinished().filter(created_at__lt=since):
        if not _jobs_of(change).exists():
            enqueue(change)


def _jobs_of(change: BulkChange) -> QuerySet[ProcrastinateJob]:
    """The change's jobs that are waiting or running."""
    jobs = ProcrastinateJob.objects.filter(task_name="bulk.run", status__in=["todo", "doing"])
    return jobs.filter(args={"bulk_change_id": change.pk})
