"""The pages of saved views."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.chips import chips_of
from helpdesk.inbox.forms import SavedViewForm
from helpdesk.inbox.models import SavedView
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.names import People
from helpdesk.teams.roles import Permission
from helpdesk.ui.isolation import isolated_text


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TICKET_VIEW)
def saved_views(request: TeamRequest) -> HttpResponse:
    """List the views that the user may see; a POST saves the filters in `query` under a name."""
    form = SavedViewForm()
    query = request.POST.get("query", "") or request.GET.get("query", "")
    if request.method == "POST":
        ticket_filter = TicketFilter(QueryDict(query), request.team, request.user)
        view = SavedView(team=request.team, owner=request.user)
        form = SavedViewForm(request.POST, instance=view, ticket_filter=ticket_filter)
        if form.save_or_explain():
            name = isolated_text(view.name)
            messages.success(request, _("The view “%(name)s” is now in the sidebar.") % {"name": name})
            return redirect(f"{reverse('inbox', args=[request.team.slug])}?{view.query}")
    changeable = SavedView.objects.changeable_by(request.membership).values_list("pk", flat=True)
    shown = list(SavedView.objects.shown_to(team=request.team.pk, user=request.user.pk))
    people = People(request.team, [view.owner_id for view in shown])
    context = {
        "form": form,
        "query": query,
        "chips": chips_of(TicketFilter(QueryDict(query), request.team, request.user)),
        "views": [(view, people.label(view.owner_id)) for view in shown],
        "changeable": set(changeable),
        "nav": "saved_views",
    }
    return render(request, "inbox/saved_views.html", context, status=422 if form.errors else 200)


@require_POST
@team_view(Permission.TICKET_VIEW)
def change_saved_view(request: TeamRequest, pk: int) -> HttpResponse:
    """Rename a saved view, share it, or stop sharing it."""
    view = get_object_or_404(SavedView.objects.changeable_by(request.membership), pk=pk)
    form = SavedViewForm(request.POST, instance=view)
    if form.save_or_explain():
        messages.success(request, _("Saved."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("saved_views", request.team.slug)


@require_POST
@team_view(Permission.TICKET_VIEW)
def delete_saved_view(request: TeamRequest, pk: int) -> HttpResponse:
    """Delete a saved view; no ticket changes."""
    view = get_object_or_404(SavedView.objects.changeable_by(request.membership), pk=pk)
    view.delete()
    name = isolated_text(view.name)
    messages.success(request, _("The view “%(name)s” was deleted. No ticket was changed.") % {"name": name})
    return redirect("saved_views", request.team.slug)
