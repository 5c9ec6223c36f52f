"""The command palette's results."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.inbox.marking import words_of
from helpdesk.inbox.palette import PaletteForm, find, search_address
from helpdesk.inbox.palette_changes import changes_with
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def palette(request: TeamRequest) -> HttpResponse:
    """The results for the text, for htmx; other requests are redirected to the inbox's search."""
    form = PaletteForm(request.GET)
    if not form.is_valid():
        return render(request, "inbox/_palette_found.html", {"form": form}, status=422)
    text = form.cleaned_data["q"]
    address = search_address(request.team, text) if text else ""
    if not request.htmx:
        return redirect(address) if text else redirect("inbox", request.team.slug)
    number = form.cleaned_data["ticket"].partition("-")[0]
    changes = changes_with(request.membership, int(number), text) if number and text else []
    context = {
        "named_changes": [change for change in changes if change.is_named],
        "changes": [change for change in changes if not change.is_named],
        "asked": form.cleaned_data,
        "text": text,
        "words": words_of(text),
        "groups": find(request.team, text) if text else [],
        "all_address": address,
    }
    return render(request, "inbox/_palette_found.html", context)
