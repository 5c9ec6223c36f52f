"""Being told in a browser: turned on by its own script, and off by the account's page."""

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
    """The key with which a browser subscribes; posted to, the address at which the person is told in that browser.

    With `renew` it is one that was posted before, which from now on belongs to this session; 410 where it has ended.
    Asked by a script alone, so the answers are a status, and words where something is wrong.
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
    """Tell the person nothing more in this browser of theirs; one that is gone already is no error."""
    request.user.push_subscriptions.filter(pk=pk).delete()
    messages.success(request, _("Notifications are off in that browser."))
    return HttpResponseRedirect(f"{reverse('account')}#push")


@require_POST
@personal_view
def test_push(request: Any) -> HttpResponse:
    """Send a notification that only says that they work, to all of the person's browsers."""
    app.configure_task("notifications.send_test_push").defer(user_id=request.user.pk)
    messages.success(request, _("A test notification is on its way."))
    return HttpResponseRedirect(f"{reverse('account')}#push")
