"""A change that outlasts the request that asked for it, told on the next page that is opened once it has ended."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import Result
from helpdesk.teams.access import TeamRequest
from helpdesk.ui import flash

NAME = "bulk-change"  # under which its key waits
LATELY = timedelta(days=1)
UNDO_LASTS = timedelta(seconds=20)  # whichever pages are opened meanwhile


def keep_for_next_page(request: TeamRequest, result: Result) -> None:
    """Where it goes on after this answer: whoever leaves the page meanwhile is not told there how it ended."""
    if result.waiting:
        flash.put(request, NAME, str(result.change.pk))


def is_kept(request: TeamRequest, change: BulkChange) -> bool:
    """Whether the next page would tell of it."""
    return flash.peek(request, NAME) == str(change.pk)


def note_told(request: TeamRequest, change: BulkChange) -> None:
    """A page that somebody looks at has told how it ended: no other needs to."""
    if change.finished_at is not None and is_kept(request, change):
        flash.discard(request, NAME)


def take_last_change(request: TeamRequest) -> BulkChange | None:
    """The one that was kept, unless the person has made another since.

    It is kept on for the next page while it runs, and for a moment after that, in which a second page may be opened.
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
