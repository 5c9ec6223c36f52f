"""Who was affected by an incident: as a list, and as a file for notifying them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.courses.models import Learner
from helpdesk.privacy.affected_learners import BY_KEY, COUNTED_AT_MOST, AffectedForm, in_batches
from helpdesk.privacy.audit_views import WRITTEN_AT_ONCE
from helpdesk.privacy.forgetting import days_of
from helpdesk.privacy.models import Incident
from helpdesk.reports.csv_files import BEGIN, line_writer
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.ui.capped_counts import count_up_to
from helpdesk.ui.keyset import paginate

PAGE_SIZE = 50


@never_cache
@require_safe
@team_view(Permission.PRIVACY_MANAGE)
def affected(request: TeamRequest, pk: int) -> HttpResponse:
    """The learners whose data may be affected, given what fell into the wrong hands."""
    incident = get_object_or_404(Incident.objects.for_team(request.team), pk=pk)
    form = AffectedForm(request.GET, team=request.team, auto_id="affected-%s")
    context: dict[str, Any] = {"nav": "team", "incident": incident, "form": form, "exposure": form.exposure}
    if form.exposure:
        learners = form.learners()
        page = paginate(learners, BY_KEY, request.GET.get("after", ""), PAGE_SIZE)
        query = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
        days, records = days_of(request.team), form.exposure.records
        context |= {
            "learners": page.rows,
            "count": count_up_to(learners.order_by().values("pk"), COUNTED_AT_MOST),
            "most": COUNTED_AT_MOST,
            "query": urlencode(query),
            "next": page.next_place,
            "log_days": days["audit_log"] if "audit_log" in records else None,
            "read_days": days["api_reads"] if "api_reads" in records else None,
        }
    return render(request, "privacy/affected.html", context)


@never_cache
@require_safe
@team_view(Permission.PRIVACY_MANAGE)
@requires_reauthentication()
def affected_csv(request: TeamRequest, pk: int) -> HttpResponseBase:
    """The learners whom an incident affects, as a streamed CSV file with what is needed to notify them; audited."""
    incident = get_object_or_404(Incident.objects.for_team(request.team), pk=pk)
    form = AffectedForm(request.GET, team=request.team)
    if form.exposure is None:
        return redirect("affected", request.team.slug, pk)
    learners, line = form.learners(), line_writer()
    heading = [_("Learner ID"), _("Name"), _("E-mail"), _("Phone"), _("Erased")]

    def written() -> Iterator[str]:
        yield BEGIN + line(heading)
        for batch in in_batches(learners, WRITTEN_AT_ONCE):
            yield "".join(line(_cells(learner)) for learner in batch)

    if request.method == "GET":
        about = f"#{incident.pk} · {form.chosen_label}"
        record_audit(request.team.pk, Kind.AFFECTED_DOWNLOADED, about=about)
    response = StreamingHttpResponse(written(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{request.team.slug}-incident-{incident.pk}.csv"'
    return response


def _cells(learner: Learner) -> list[Any]:
    if learner.erased_at:
        return [learner.pk, "", "", "", learner.erased_at.date().isoformat()]
    return [learner.pk, learner.name, learner.email, learner.phone, ""]
