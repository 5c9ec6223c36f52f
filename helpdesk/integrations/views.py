"""A team's endpoints: their events, secrets, settings and logs."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.integrations import actions
from helpdesk.integrations.forms import StateFilter, WebhookEndpointForm
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.querysets import NEWEST_FIRST
from helpdesk.operations.outgoing.http_client import USER_AGENT
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.ui import flash
from helpdesk.ui.keyset import paginate
from helpdesk.ui.refusals import ActionRefused

PAGE_SIZE = 50


def _find(request: TeamRequest, endpoint_id: int) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint.objects.for_team(request.team), pk=endpoint_id)


def _find_delivery(request: TeamRequest, endpoint_id: int, pk: int) -> WebhookDelivery:
    log = WebhookDelivery.objects.for_team(request.team).filter(endpoint=endpoint_id)
    return get_object_or_404(log.select_related("endpoint", "ticket"), pk=pk)


def _show_endpoint(
    request: TeamRequest, found: WebhookEndpoint, *, form: Any = None, status: int = 200
) -> HttpResponse:
    """The endpoint's page; a secret that was just created is shown only this once."""
    log_filter = StateFilter(request.GET)
    log_filter.full_clean()
    state = log_filter.data.get("state", "")
    log = WebhookDelivery.objects.for_team(request.team).filter(endpoint=found).without_body().newest_first()
    if log_filter.errors:  # an invalid filter matches nothing
        log = log.none()
    elif state:
        log = log.filter(state=state)
    page = paginate(log.select_related("ticket"), NEWEST_FIRST, request.GET.get("before", ""), PAGE_SIZE)
    context = {
        "nav": "integrations",
        "endpoint": found,
        "new_secret": flash.pop(request, f"webhook-{found.pk}"),
        "form": form or WebhookEndpointForm(instance=WebhookEndpoint.objects.get(pk=found.pk)),
        "states": WebhookDelivery.State.choices,
        "log_filter": log_filter,
        "state": state,
        "deliveries": page.rows,
        "older_than": page.next_place,
    }
    return render(request, "integrations/webhook_endpoint.html", context, status=status)


def _show_secret_next(request: TeamRequest, found: WebhookEndpoint) -> HttpResponse:
    flash.put(request, f"webhook-{found.pk}", found.secret)
    return redirect("webhook_endpoint", request.team.slug, found.pk)


@require_safe
@team_view(Permission.TEAM_MANAGE)
def endpoints(request: TeamRequest) -> HttpResponse:
    """The team's endpoints."""
    found = WebhookEndpoint.objects.for_team(request.team).with_has_delivered()
    context = {"nav": "integrations", "endpoints": found}
    return render(request, "integrations/webhook_endpoints.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication()
def create(request: TeamRequest) -> HttpResponse:
    """Create an endpoint; its page then shows the secret."""
    form = WebhookEndpointForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_endpoint(request.membership, form.save(commit=False))
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _show_secret_next(request, made)
    context = {"nav": "integrations", "form": form}
    return render(request, "integrations/create.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_safe
@team_view(Permission.TEAM_MANAGE)
def endpoint(request: TeamRequest, endpoint_id: int) -> HttpResponse:
    """An endpoint: its state, secret, settings and log."""
    return _show_endpoint(request, _find(request, endpoint_id))


@require_POST
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication()
def change(request: TeamRequest, endpoint_id: int) -> HttpResponse:
    """Change the endpoint's URL, name or events."""
    found = _find(request, endpoint_id)
    form = WebhookEndpointForm(request.POST, instance=WebhookEndpoint.objects.get(pk=found.pk))
    if not form.is_valid():
        return _show_endpoint(request, found, form=form, status=422)
    if form.has_changed():
        actions.change_endpoint(form.save(commit=False), form.changed_data)
    messages.success(request, _("Saved."))
    return redirect("webhook_endpoint", request.team.slug, found.pk)


@never_cache
@require_POST
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication()
def rotate_secret(request: TeamRequest, endpoint_id: int) -> HttpResponse:
    """Create a new secret and show it this once."""
    found = _find(request, endpoint_id)
    actions.rotate_secret(found)
    return _show_secret_next(request, found)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def enable(request: TeamRequest, endpoint_id: int) -> HttpResponse:
    """Enable the endpoint; pending deliveries are sent."""
    found = _find(request, endpoint_id)
    actions.enable_endpoint(found)
    messages.success(request, _("It is turned on."))
    return redirect("webhook_endpoint", request.team.slug, found.pk)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def disable(request: TeamRequest, endpoint_id: int) -> HttpResponse:
    """Send nothing until the endpoint is enabled again."""
    found = _find(request, endpoint_id)
    actions.disable_endpoint(found)
    messages.success(request, _("It is turned off."))
    return redirect("webhook_endpoint", request.team.slug, found.pk)


@require_POST
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication()
def delete(request: TeamRequest, endpoint_id: int) -> HttpResponse:
    """Delete the endpoint with its log."""
    actions.delete_endpoint(_find(request, endpoint_id))
    messages.success(request, _("The webhook was deleted."))
    return redirect("webhook_endpoints", request.team.slug)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def send_test(request: TeamRequest, endpoint_id: int) -> HttpResponse:
    """Send a test event, and show its delivery."""
    found = _find(request, endpoint_id)
    try:
        sent = actions.send_test(found)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect("webhook_endpoint", request.team.slug, found.pk)
    return redirect("webhook_delivery", request.team.slug, found.pk, sent.pk)


@never_cache
@require_safe
@team_view(Permission.TEAM_MANAGE)
def delivery(request: TeamRequest, endpoint_id: int, pk: int) -> HttpResponse:
    """A delivery: what was sent, and the result of each attempt."""
    found = _find_delivery(request, endpoint_id, pk)
    context = {
        "nav": "integrations",
        "endpoint": found.endpoint,
        "delivery": found,
        "body": json.dumps(json.loads(found.body), indent=2, ensure_ascii=False),
        "attempts": list(found.log.order_by("-pk")),
        "user_agent": USER_AGENT,
    }
    return render(request, "integrations/delivery.html", context)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def resend(request: TeamRequest, endpoint_id: int, pk: int) -> HttpResponse:
    """Send the delivery again."""
    found = _find_delivery(request, endpoint_id, pk)
    try:
        actions.resend(found)
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return redirect("webhook_delivery", request.team.slug, endpoint_id, pk)
