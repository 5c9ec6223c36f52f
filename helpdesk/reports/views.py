"""The reports of a team, on a page and as CSV."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.reports.csv_files import write_csv
from helpdesk.reports.forms import PRESETS, PeriodForm
from helpdesk.reports.report import Report
from helpdesk.reports.team_figures import repeatable_read
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission


@require_safe
@team_view(Permission.TICKET_VIEW)
def reports(request: TeamRequest) -> HttpResponse:
    """The report page; invalid parameters show errors in place of figures."""
    form = PeriodForm(request.GET, request.team)
    context: dict[str, Any] = {"nav": "reports", "form": form, "presets": PRESETS}
    if form.errors:
        return render(request, "reports/reports.html", context, status=422)
    report = Report(request.team, form)
    with repeatable_read():
        tables = {name: table() for name, table in report.tables.items()}
        context |= {"report": report, "key_figures": report.key_figures(), "tables": tables}
    return render(request, "reports/reports.html", context)


@require_safe
@team_view(Permission.TICKET_VIEW)
def report_csv(request: TeamRequest, name: str) -> HttpResponse:
    """One table of the report as CSV; invalid parameters are answered with a plain-text error."""
    form = PeriodForm(request.GET, request.team)
    if form.errors:
        problems = [str(error) for errors in form.errors.values() for error in errors]
        return HttpResponse("\n".join(problems), status=422, content_type="text/plain; charset=utf-8")
    report = Report(request.team, form, is_complete=True)
    if name not in report.tables:
        raise Http404
    with repeatable_read():
        table = report.tables[name]()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    period = form.period
    response["Content-Disposition"] = (
        f'attachment; filename="{request.team.slug}-{name}-{period.first}-{period.last}.csv"'
    )
    write_csv(response, table)
    if request.method == "GET":
        record_audit(request.team.pk, Kind.REPORT_DOWNLOADED, about=f"{name} · {period.first} – {period.last}")
    return response
