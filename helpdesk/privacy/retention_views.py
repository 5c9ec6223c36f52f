"""The team's retention settings, and what would go by them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from helpdesk.privacy import actions
from helpdesk.privacy.forgetting import COUNTED_AT_MOST, days_of, held
from helpdesk.privacy.forms import RetentionForm
from helpdesk.privacy.retention import retained
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.OWNER_MANAGE)
@requires_reauthentication(allow_get=True)
def retention(request: TeamRequest) -> HttpResponse:
    """What is held, and what would go at the next run, by the settings or by the query string; a POST saves them."""
    now = days_of(request.team)
    is_asked = any(kind.name in request.GET for kind in retained())
    data = request.POST if request.method == "POST" else request.GET if is_asked else None
    form = RetentionForm(data, days=now)
    days = form.days if form.is_valid() else now
    if request.method == "POST" and form.is_valid():
        actions.change_retention(request.membership, days)
        messages.success(request, _("Saved. What is older is deleted at the next run, within a day."))
        return redirect("retention", request.team.slug)
    context: dict[str, Any] = {
        "nav": "team",
        "form": form,
        "is_preview": is_asked and days != now,
        "most": COUNTED_AT_MOST,
        "rows": [(form[kind.name], kind, held(request.team, kind, days[kind.name])) for kind in retained()],
    }
    return render(request, "privacy/retention.html", context, status=422 if form.errors else 200)
