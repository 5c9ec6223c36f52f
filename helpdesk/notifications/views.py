"""The page that every notification e-mail links to at the bottom."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from helpdesk.notifications.unsubscribe_tokens import read_token
from helpdesk.teams.models import Membership


@csrf_exempt  # mail programs post by themselves (RFC 8058); the address is signed
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for confirmation; a POST stops this kind of e-mail, or with `again` turns it on again."""
    found = read_token(token)
    if found is None:
        return render(request, "notifications/unsubscribe_gone.html", status=404)
    membership, kind = found
    if request.method == "POST":
        setattr(membership, kind.field, "again" in request.POST)
        Membership.objects.filter(pk=membership.pk).update(**{kind.field: getattr(membership, kind.field)})
    with translation.override(membership.user.language or translation.get_language()):
        context = {
            "membership": membership,
            "kind": kind,
            "is_on": getattr(membership, kind.field),
            "is_changed": request.method == "POST",
        }
        return render(request, "notifications/unsubscribe.html", context)
