"""The pages of the audit log, and the same as CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.courses.models import Learner
from helpdesk.privacy.audit_log import ACTIONS, LOGINS, NEWEST_FIRST, READS, AuditFilter, Line, Log
from helpdesk.privacy.forgetting import days_of
from helpdesk.reports.csv_files import BEGIN, line_writer
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.teams.tasks import KEPT
from helpdesk.ui.keyset import read_place, write_place

PAGE_SIZE = 50
WRITTEN_AT_ONCE = 2_000  # rows of a file


@never_cache
@require_safe
@team_view(Permission.OWNER_MANAGE)
def audit_log(request: TeamRequest) -> HttpResponse:
    """What was done in the team, newest first."""
    return _page(request, ACTIONS)


@never_cache
@require_safe
@team_view(Permission.OWNER_MANAGE)
def login_log(request: TeamRequest) -> HttpResponse:
    """Logins and account changes, newest first."""
    return _page(request, LOGINS)


@never_cache
@require_safe
@team_view(Permission.OWNER_MANAGE)
def read_log(request: TeamRequest) -> HttpResponse:
    """Which learners were read through the API, newest first."""
    return _page(request, READS)


@never_cache
@require_safe
@team_view(Permission.OWNER_MANAGE)
def audit_csv(request: TeamRequest) -> HttpResponseBase:
    """What was done in the team, filtered."""
    return _file(request, ACTIONS)


@never_cache
@require_safe
@team_view(Permission.OWNER_MANAGE)
def login_csv(request: TeamRequest) -> HttpResponseBase:
    """Logins and account changes, filtered."""
    return _file(request, LOGINS)


@never_cache
@require_safe
@team_view(Permission.OWNER_MANAGE)
def read_csv(request: TeamRequest) -> HttpResponseBase:
    """Which learners were read through the API, filtered."""
    return _file(request, READS)


def _filter(request: TeamRequest, log: Log) -> AuditFilter:
    return AuditFilter(request.GET, log=log, team=request.team, auto_id="filter-%s")


def _page(request: TeamRequest, log: Log) -> HttpResponse:
    form = _filter(request, log)
    place = read_place(request.GET.get("before", ""), NEWEST_FIRST, log.model)
    rows = log.page(form.narrow(log.rows(request.team), log.person_field), place, PAGE_SIZE + 1)
    query = request.GET.copy()
    query.pop("before", None)
    file_query, next_query = query.urlencode(), ""
    if len(rows) > PAGE_SIZE:
        query["before"] = write_place(NEWEST_FIRST.place_of(rows[PAGE_SIZE - 1]))
        next_query = query.urlencode()
    lines = [log.line(row) for row in rows[:PAGE_SIZE]]
    learners = Learner.objects.for_team(request.team).in_bulk({line.learner_id for line in lines if line.learner_id})
    context: dict[str, Any] = {
        "nav": "team",
        "log": log.name,
        "file": f"{log.name.removesuffix('s')}_csv",
        "kept_days": days_of(request.team)[log.kind_of_data] if log.kind_of_data else KEPT.days,
        "filter": form,
        "is_filtered": any(value for name, value in request.GET.items() if name in form.fields),
        "lines": [(line, learners.get(line.learner_id or 0)) for line in lines],
        "file_query": file_query,
        "next_query": next_query,
    }
    return render(request, "privacy/audit_log.html", context)


def _file(request: TeamRequest, log: Log) -> HttpResponseBase:
    """Stream all of it as CSV. It is written after the view returns, so language and time zone are read first."""
    rows = _filter(request, log).narrow(log.rows(request.team), log.person_field)
    language, zone, line = translation.get_language(), timezone.get_current_timezone(), line_writer()
    heading = [_("When"), _("Person"), _("What"), _("About"), _("Learner ID"), _("Address")]

    def written() -> Iterator[str]:
        yield BEGIN + line(heading)
        for batch in log.batches(rows, WRITTEN_AT_ONCE):
            with translation.override(language):
                texts = [line(_cells(log.line(row), zone)) for row in batch]
            yield "".join(texts)

    if request.method == "GET":
        record_audit(request.team.pk, Kind.LOG_EXPORTED)
    response = StreamingHttpResponse(written(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{request.team.slug}-{log.name}.csv"'
    return response


def _cells(line: Line, zone: Any) -> list[Any]:
    at = line.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    return [at, line.person, line.what, line.about, line.learner_id or "", line.address]
