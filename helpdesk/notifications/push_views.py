"""Notifications in a browser: turned on by a script, and off on the account's page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from procrastinate.contrib.django import app

from helpdesk.notifications.forms import PushSubscriptionForm
from helpdesk.notifications.models import PushKey
from helpdesk.notifications.push.subscriptions import adopt, subscribe
from helpdesk.teams.access import personal_view


@require_http_methods(["GET", "HEAD", "POST"])
def push(request: Any) -> HttpResponse:
    """GET the key with which a browser subscribes; POST its subscription.

    With `renew`, ties an earlier subscription to this session, or returns 410 if it has ended. Only a script calls
    this, so the responses are a status, and a text if the subscription is invalid.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    if request.method != "POST":
        key = PushKey.objects.first()
        return JsonResponse({"key": key.public_key}) if key else JsonResponse({}, status=404)
    if "renew" in request.POST:
        return HttpResponse(status=204 if adopt(request, request.POST.get("endpoint", "")) else 410)
    form = PushSubscriptionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.problem, status=422, content_type="text/plain; charset=utf-8")
    subscribe(request, request.user, **form.cleaned_data)
    return HttpResponse(status=204)


@require_POST
@personal_view
def end_push(request: Any, pk: int) -> HttpResponse:
    """End notifications in one of the user's browsers; it is no error if they have already ended."""
    request.user.push_subscriptions.filter(pk=pk).delete()
    messages.success(request, _("Notifications are off in that browser."))
    return HttpResponseRedirect(f"{reverse('account')}#push")


@require_POST
@personal_view
def test_push(request: Any) -> HttpResponse:
    """Send a test notification to all of the user's browsers."""
    app.configure_task("notifications.send_test_push").defer(user_id=request.user.pk)
    messages.success(request, _("A test notification is on its way."))
    return HttpResponseRedirect(f"{reverse('account')}#push")
