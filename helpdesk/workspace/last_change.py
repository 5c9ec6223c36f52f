"""Shows the result of a change that outlasts its request on the next page that is opened."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import Result
from helpdesk.teams.access import TeamRequest
from helpdesk.ui import flash

NAME = "bulk-change"  # the flash that stores its primary key
LATELY = timedelta(days=1)
UNDO_LASTS = timedelta(seconds=20)  # after the end, for pages that are opened in this time


def keep_for_next_page(request: TeamRequest, result: Result) -> None:
    """If the change is still running, keep it for the next page: people may leave this page before it ends."""
    if result.waiting:
        flash.put(request, NAME, str(result.change.pk))


def is_kept(request: TeamRequest, change: BulkChange) -> bool:
    """Whether the next page would show this change."""
    return flash.peek(request, NAME) == str(change.pk)


def mark_result_shown(request: TeamRequest, change: BulkChange) -> None:
    """Forget a finished change, because a page that is open has shown its result."""
    if change.finished_at is not None and is_kept(request, change):
        flash.discard(request, NAME)


def take_last_change(request: TeamRequest) -> BulkChange | None:
    """The kept change, unless the person has made another since.

    It stays kept while it runs, and for UNDO_LASTS after that, so that more pages show it.
    """
    key = flash.pop(request, NAME)
    if not key:
        return None
    own = BulkChange.objects.for_team(request.team).filter(actor=request.user, created_at__gt=timezone.now() - LATELY)
    last = own.order_by("-created_at").first()
    if last is None or str(last.pk) != key:
        return None
    if last.finished_at is None or (not last.is_undoing and last.finished_at > timezone.now() - UNDO_LASTS):
        flash.put(request, NAME, key)
    return last
