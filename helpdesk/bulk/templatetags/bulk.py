"""The result of a change that was just made, on whatever page comes after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone

from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import Result, result_of

register = template.Library()
LATELY = timedelta(days=1)


@register.simple_tag(takes_context=True)
def bulk_result(context: dict[str, Any]) -> Result | None:
    """Of the person's own change that the address names with `changed`, or else of one that was broken off lately."""
    request = context["request"]
    pk = request.GET.get("changed", "")
    changes = BulkChange.objects.for_team(request.team).filter(actor=request.user)
    if pk.isdecimal() and len(pk) < 18:
        change = changes.filter(pk=pk).first()
    else:
        change = changes.filter(created_at__gt=timezone.now() - LATELY).unfinished().order_by("-created_at").first()
    return result_of(change) if change else None
