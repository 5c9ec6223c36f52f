"""The doctor's page in the admin; its checks run each time it is opened."""

from __future__ import annotations

from itertools import chain

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.operations import operator_commands
from helpdesk.operations.doctor.findings import Level, run_checks
from helpdesk.operations.doctor.request_checks import check_request

CLASSES = {Level.OK: "success", Level.WARN: "warning", Level.FAIL: "error"}  # as Django's admin templates name them


@never_cache
@require_safe
def doctor(request: HttpRequest) -> HttpResponse:
    """Show the findings; only superusers may see them, since they concern the whole installation."""
    if not (request.user.is_active and getattr(request.user, "is_superuser", False)):
        raise PermissionDenied
    order = list(reversed(Level))
    findings = sorted(chain(run_checks(), check_request(request)), key=lambda finding: order.index(finding.level))
    operator_commands.note("checks_run")
    context = {
        **admin.site.each_context(request),
        "title": _("State of this installation"),
        "findings": [(CLASSES[finding.level], finding) for finding in findings],
    }
    return render(request, "admin/doctor.html", context)
