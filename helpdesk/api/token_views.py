"""A team's tokens: create them, see when each was last used, revoke them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from helpdesk.api import actions
from helpdesk.api.forms import TokenForm
from helpdesk.api.models import Token
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.names import People
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.teams.tokens import hash_token
from helpdesk.ui import flash
from helpdesk.ui.isolation import isolated_text


def _show(request: TeamRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page of tokens; the secret of one just created is shown only this once."""
    tokens = Token.objects.for_team(request.team)
    people = People(request.team, tokens.values_list("created_by", flat=True))
    secret = flash.pop(request, f"tokens-{request.team.slug}")
    context: dict[str, Any] = {
        "nav": "integrations",
        "tokens": [(token, people.label(token.created_by_id)) for token in tokens],
        "form": TokenForm(),
    }
    if secret:
        context |= {"secret": secret, "new_token": tokens.filter(token_hash=hash_token(secret)).first()}
    return render(request, "api/tokens.html", context | more, status=status)


@never_cache
@require_safe
@team_view(Permission.TEAM_MANAGE)
def tokens(request: TeamRequest) -> HttpResponse:
    """The team's tokens, newest first."""
    return _show(request)


@require_POST
@never_cache
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication()
def create_token(request: TeamRequest) -> HttpResponse:
    """Create a token, and show its secret once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _show(request, status=422, form=form)
    data = form.cleaned_data
    _token, secret = actions.create_token(
        request.team, data["name"], form.scopes, networks=data["networks"], days=data["days"], by=request.user
    )
    flash.put(request, f"tokens-{request.team.slug}", secret)
    return redirect("tokens", request.team.slug)


@require_POST
@team_view(Permission.TEAM_MANAGE)
def revoke_token(request: TeamRequest, pk: int) -> HttpResponse:
    """Revoke a token; it stops working at once."""
    token = get_object_or_404(Token.objects.for_team(request.team), pk=pk)
    actions.revoke_token(token)
    messages.success(request, _("The token “%(name)s” no longer works.") % {"name": isolated_text(token.name)})
    return redirect("tokens", request.team.slug)
