"""The endpoint for browsers' reports, and the operator's page that shows them."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from helpdesk.operations.lanes import Lane
from helpdesk.operations.models import PolicyViolation
from helpdesk.operations.policy_reports.header import PATH
from helpdesk.operations.policy_reports.parsing import BATCHED, LEGACY, Unreadable, read_reports
from helpdesk.operations.policy_reports.recording import KEPT, MOST_KINDS, record_violations

MAX_BODY = 32 * 1024  # bytes
THROTTLED = 429
# One thread: reports only delay each other.
LANE = Lane("policy_reports", (PATH,), MAX_BODY, statement_limit=2, threads=1, throttled_status=THROTTLED)


@csrf_exempt  # browsers send reports by themselves; no session is read
@require_POST
def receive_reports(request: HttpRequest) -> HttpResponse:
    """Take a browser's report: 204; 400, 413 or 415 if it is invalid; 429 after too many from one address."""
    if request.content_type not in {LEGACY, BATCHED}:
        return HttpResponse(status=415)
    if len(request.body) > MAX_BODY:
        return HttpResponse(status=413)
    if not ratelimit.consume(request, action="policy_report"):
        return HttpResponse(status=THROTTLED)
    try:
        record_violations(list(read_reports(request.content_type, request.body)))
    except Unreadable:
        return HttpResponse(status=400)
    return HttpResponse(status=204)


@never_cache
@require_safe
def policy_violations(request: HttpRequest) -> HttpResponse:
    """The violations, the latest first; for superusers, since they concern the whole installation."""
    if not (request.user.is_active and getattr(request.user, "is_superuser", False)):
        raise PermissionDenied
    violations = list(PolicyViolation.objects.order_by("-last_seen_at", "-pk")[:MOST_KINDS])
    context = {
        **admin.site.each_context(request),
        "title": _("Browser reports"),
        "violations": violations,
        "is_full": len(violations) >= MOST_KINDS,
        "kept_days": KEPT.days,
    }
    return render(request, "admin/policy_violations.html", context)
