"""The result of a change that was just made, on whatever page comes after it."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import QuerySet
from django.utils import timezone

from helpdesk.bulk.last_change import LATELY, is_kept, note_told, take_last_change
from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import Result, result_of
from helpdesk.ui.composed import ComposedQuery

register = template.Library()


@register.simple_tag(takes_context=True)
def bulk_result(context: dict[str, Any]) -> Result | None:
    """Of the person's own change that the address names with `changed`; else of their last, if it ended while no page
    was there to tell of it, or of one that was broken off lately.
    """
    request = context["request"]
    pk = request.GET.get("changed", "")
    if pk.isdecimal() and len(pk) < 18:
        changes = list(BulkChange.objects.for_team(request.team).filter(actor=request.user, pk=pk))
        for change in changes:
            note_told(request, change)
    elif last := take_last_change(request):
        changes = [last]
    else:
        changes = _BROKEN_OFF.objects(team=request.team.pk, user=request.user.pk)
    return result_of(changes[0]) if changes else None


@register.simple_tag(takes_context=True)
def is_to_note_told(context: dict[str, Any], change: BulkChange) -> bool:
    """Whether this part of a page, once it is there, has told what the next page would tell otherwise."""
    request = context["request"]
    return bool(request.htmx) and is_kept(request, change)


def _broken_off(team: int, user: int) -> QuerySet[BulkChange]:
    lately = BulkChange.objects.for_team(team).filter(actor=user, created_at__gt=timezone.now() - LATELY)
    return lately.unfinished().order_by("-created_at")[:1]


_BROKEN_OFF = ComposedQuery(_broken_off)
