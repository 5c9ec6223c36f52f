"""Template tags that show the result of a recent change on the page that comes after it."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import QuerySet
from django.utils import timezone

from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import Result, result_of
from helpdesk.ui.composed import ComposedQuery
from helpdesk.ui.whole_numbers import whole_number
from helpdesk.workspace.last_change import LATELY, is_kept, mark_result_shown, take_last_change

register = template.Library()


@register.simple_tag(takes_context=True)
def bulk_result(context: dict[str, Any]) -> Result | None:
    """The result of the person's change that the URL names with `changed`; else of the one kept for the next page; else
    of their newest unfinished change of the last day, if any.
    """
    request = context["request"]
    pk = whole_number(request.GET.get("changed", ""))
    if pk is not None:
        changes = list(BulkChange.objects.for_team(request.team).filter(actor=request.user, pk=pk))
        for change in changes:
            mark_result_shown(request, change)
    elif last := take_last_change(request):
        changes = [last]
    else:
        changes = _BROKEN_OFF.objects(team=request.team.pk, user=request.user.pk)
    return result_of(changes[0]) if changes else None


@register.simple_tag(takes_context=True)
def is_to_mark_result_shown(context: dict[str, Any], change: BulkChange) -> bool:
    """Whether this partial has to confirm that it was shown, so that the next page does not show the change again."""
    request = context["request"]
    return bool(request.htmx) and is_kept(request, change)


def _broken_off(team: int, user: int) -> QuerySet[BulkChange]:
    lately = BulkChange.objects.for_team(team).filter(actor=user, created_at__gt=timezone.now() - LATELY)
    return lately.unfinished().order_by("-created_at")[:1]


_BROKEN_OFF = ComposedQuery(_broken_off)
