"""Steps of a bulk change: short transactions, each of which changes or restores some of its tickets."""

from __future__ import annotations

import logging
import time
import zoneinfo
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.bulk.rights import refusal_reason
from helpdesk.tickets import actions, undo
from helpdesk.tickets.actions.tags import tags_in
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change_base import ReversibleChange
from helpdesk.tickets.changes import MERGE, REVERSIBLE
from helpdesk.tickets.later_events import LaterEvents
from helpdesk.tickets.merged_tickets import chains_of
from helpdesk.tickets.models import DONE_STATUSES, Ticket, TicketEvent
from helpdesk.tickets.sentences import people_in, sentence_of
from helpdesk.ui.isolation import plain

logger = logging.getLogger(__name__)
Outcome = BulkChangeItem.Outcome

STEP = 0.1  # seconds per step


def process_batch(change: BulkChange) -> bool:
    """Process as many waiting tickets as fit in a step; False if none could be processed.

    Never waits for locks: does nothing if another process runs this change, and leaves locked tickets to later steps.
    """
    deadline = time.monotonic() + STEP
    with transaction.atomic():
        locked = BulkChange.objects.select_for_update(of=("self",), skip_locked=True)
        found = locked.select_related("team", "actor", "undo_actor").filter(pk=change.pk).first()
        if found is None:
            return False
        waiting = found.items.filter(outcome=Outcome.CHANGED if found.is_undoing else Outcome.PENDING)
        done = []
        with translation.override(found.language or settings.LANGUAGE_CODE), timezone.override(_zone(found)):
            if refusal := refusal_reason(found):
                waiting.update(outcome=_refused(found), reason=refusal)
            for item in waiting.order_by("pk")[:200]:
                if _carry_out(found, item):
                    done.append(item)
                if time.monotonic() > deadline:
                    break
        BulkChangeItem.objects.bulk_update(done, ["outcome", "reason", "before", "after", "version"])
        if found.finished_at is None and not waiting.exists():
            found.finished_at = timezone.now()
            found.save(update_fields=["finished_at"])
    change.finished_at, change.is_undoing = found.finished_at, found.is_undoing
    return bool(done)


def _zone(change: BulkChange) -> zoneinfo.ZoneInfo:
    """The time zone for times in refusals: the acting user's, else the team's."""
    user = change.acting.user
    return zoneinfo.ZoneInfo(user.time_zone) if user and user.time_zone else change.team.zone


def _carry_out(change: BulkChange, item: BulkChangeItem) -> bool:
    """Change or restore the item's ticket, and set its outcome; False if somebody else has locked the ticket.

    Unexpected errors are logged and become the item's reason, so that the other tickets are still processed.
    """
    ticket = Ticket.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=item.ticket_id).first()
    if ticket is None or not _lock_others(change, item, ticket):
        return False
    reason = ""
    try:
        with transaction.atomic():
            (_undo if change.is_undoing else _change)(change, item, ticket)
    except actions.ActionRefused as refused:
        reason = _reason(refused, ticket)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("bulk change %s failed on ticket %s", change.pk, item.ticket_id)
        reason = _("Something went wrong on our side.")
    if reason:
        item.outcome, item.reason = _refused(change), reason
    return True


def _lock_others(change: BulkChange, item: BulkChangeItem, ticket: Ticket) -> bool:
    """Lock the other tickets that a merge or a split changes, without waiting; False if one of them is locked.

    Others lock a ticket after those that it is merged into, so waiting for these here could cause a deadlock.
    """
    target = int(change.value) if change.kind == MERGE.name else item.before.get("merged_into_id")
    if not (target or ticket.is_merged):
        return True
    involved = {pk for chain in chains_of([pk for pk in (ticket.pk, target) if pk]) for pk in chain} - {ticket.pk}
    rows = Ticket.objects.filter(pk__in=involved)
    locked = rows.select_for_update(skip_locked=True, no_key=True).order_by("pk")
    return not rows.exclude(pk__in=[other.pk for other in locked]).exists()


def _refused(change: BulkChange) -> Outcome:
    return Outcome.NOT_UNDONE if change.is_undoing else Outcome.REFUSED


def _change(change: BulkChange, item: BulkChangeItem, ticket: Ticket) -> None:
    if item.seen_version is not None:
        actions.require_version(ticket, change.acting, item.seen_version)
    what = REVERSIBLE[change.kind]
    make_and_note(item, ticket, change.acting, what, what.load(change.value))


def make_and_note(item: BulkChangeItem, ticket: Ticket, actor: Actor, what: ReversibleChange, value: Any) -> None:
    """Change the ticket, which is locked, and store on the unsaved item what that altered. Raises ActionRefused."""
    version, before = ticket.version, undo.state_of(ticket)
    what.make(ticket, actor, value)
    item.before, item.after = undo.altered(before, undo.state_of(ticket))
    item.version = ticket.version
    item.outcome = Outcome.UNCHANGED if ticket.version == version else Outcome.CHANGED


def _undo(change: BulkChange, item: BulkChangeItem, ticket: Ticket) -> None:
    """Restore what the change altered, including side effects, except attributes that were changed again since.

    Raises ActionRefused if what the change is about was changed again, or if the ticket would be hidden although it
    needs attention.
    """
    if not item.after:
        raise actions.ActionRefused(_("There is nothing to undo."))
    now = undo.state_of(ticket)
    kept = {name for name in item.after if not _is_still_so(name, item, now, ticket)}
    reasons = _changes_since(item, ticket, kept) if kept else []
    main = REVERSIBLE[change.kind].attributes
    if kept & main:
        raise actions.ActionRefused(" ".join([_("It has changed since."), *reasons]))
    before = {name: value for name, value in item.before.items() if name not in kept}
    later = LaterEvents(ticket, item.version or 0)
    if undo.is_out_of_sight(before) and (pending := later.needing_attention):
        raise actions.ActionRefused(" ".join([_("It has changed since."), *_sentences(pending, ticket)]))
    if before.get("status") in DONE_STATUSES and ticket.is_snoozed:
        reasons += _sentences([event for event in later.events if event.kind == TicketEvent.Kind.SNOOZED], ticket)
    reasons += undo.restore(ticket, change.acting, before, item.after, main)
    item.outcome = Outcome.UNDONE
    if kept or reasons:
        item.reason = " ".join([_("Not all of it could be undone."), *reasons])[:500]


def _is_still_so(name: str, item: BulkChangeItem, now: dict[str, Any], ticket: Ticket) -> bool:
    """Whether an attribute is as the change left it; for tags, only those count that it added or removed."""
    if name == "tags":
        before, after = (tags_in(state, ticket).keys() for state in (item.before, item.after))
        altered = before ^ after
        return bool(altered & after == altered & now["tags"].keys())
    return bool(now[name] == item.after[name])


def _changes_since(item: BulkChangeItem, ticket: Ticket, names: set[str]) -> list[str]:
    """Sentences about who changed these attributes since."""
    events = ticket.events.changes_after(item.version or 0).filter(kind__in=undo.kinds_of_changes(names))
    return _sentences(list(events), ticket)


def _reason(refused: actions.ActionRefused, ticket: Ticket) -> str:
    """Why the action was refused, and what others did if they were first."""
    events = refused.events if isinstance(refused, actions.TicketChanged) else []
    return " ".join([str(refused), *_sentences(events, ticket)])[:500]


def _sentences(events: list[TicketEvent], ticket: Ticket) -> list[str]:
    people = people_in(ticket.team, events) if events else None
    return [f"{plain(sentence_of(event, ticket, people=people))}." for event in events]
