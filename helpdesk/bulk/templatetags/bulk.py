"""The result of a change that was just made, on whatever page comes after it."""

from __future__ import annotations

from typing import Any

from django import template

from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import Result, result_of

register = template.Library()


@register.simple_tag(takes_context=True)
def bulk_result(context: dict[str, Any]) -> Result | None:
    """Of the change that the address names with `changed`, if it is the person's own."""
    request = context["request"]
    pk = request.GET.get("changed", "")
    if not (pk.isdecimal() and len(pk) < 18):
        return None
    change = BulkChange.objects.for_team(request.team).filter(pk=pk, actor=request.user).first()
    return result_of(change) if change else None
