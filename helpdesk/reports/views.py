"""The reports of a team, on a page and as CSV."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.reports.csv_files import write_csv
from helpdesk.reports.periods import PRESETS, PeriodForm
from helpdesk.reports.tables import Report
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission


@require_safe
@team_view(Permission.TICKET_VIEW)
def reports(request: TeamRequest) -> HttpResponse:
    """How many asked, about what, and how fast the team answered."""
    form = PeriodForm(request.GET, request.team)
    report = Report(request.team, form)
    context = {
        "nav": "reports",
        "form": form,
        "report": report,
        "presets": PRESETS,
        "tables": {name: table() for name, table in report.tables.items()},
    }
    return render(request, "reports/reports.html", context)


@require_safe
@team_view(Permission.TICKET_VIEW)
def report_csv(request: TeamRequest, name: str) -> HttpResponse:
    """One table of the report, for a spreadsheet."""
    form = PeriodForm(request.GET, request.team)
    report = Report(request.team, form, is_complete=True)
    if name not in report.tables:
        raise Http404
    table = report.tables[name]()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    period = form.period
    response["Content-Disposition"] = (
        f'attachment; filename="{request.team.slug}-{name}-{period.first}-{period.last}.csv"'
    )
    write_csv(response, table)
    return response
