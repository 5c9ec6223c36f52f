"""A source's set-up steps, its test calls and its deletion."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import Ticket
from helpdesk.ui.capped_counts import count_up_to
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.refusals import ActionRefused
from webhooks import actions, checklist, health, source_testing
from webhooks.forms import DeleteSourceForm, StepForm
from webhooks.models import Delivery
from webhooks.source_views import find_log, find_source


@require_POST
@team_view(Permission.SOURCE_MANAGE)
def check_step(request: TeamRequest, source_id: str) -> HttpResponse:
    """Mark a step as done or not done; htmx gets only the step, so that a key that is shown once stays on the page."""
    source = find_source(request, source_id)
    form = StepForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("Unknown step."), status=422)
    step = checklist.Step(form.cleaned_data["step"])
    checklist.check_step(source, step, is_done=form.cleaned_data["is_done"])
    if request.htmx:
        state = checklist.checklist_of(source).state_of(step)
        return render(request, "webhooks/_setup_step.html", {"source": source, "state": state})
    return redirect("source", request.team.slug, source.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.SOURCE_VIEW, to_change=Permission.SOURCE_MANAGE)
def test_call(request: TeamRequest, source_id: str) -> HttpResponse:
    """POST sends a test call. GET shows the last one's outcome; status 286 tells htmx to stop polling."""
    source = find_source(request, source_id)
    problem = ""
    if request.method == "POST":
        try:
            source_testing.send_test_call(source)
        except ActionRefused as refused:
            problem = str(refused)
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("source", request.team.slug, source.pk)
    sent = source_testing.last_test_call(source)
    context = {"source": source, "test_call": sent, "problem": problem}
    is_over = request.method != "POST" and not (sent and sent.outcome == Delivery.Outcome.WAITING)
    return render(request, "webhooks/_test_call.html", context, status=286 if is_over else 200)


@require_POST
@team_view(Permission.SOURCE_MANAGE)
def remove_test_calls(request: TeamRequest) -> HttpResponse:
    """Delete the team's test calls and their ticket; redirects to the source's page or the inbox."""
    source_testing.remove_test_calls(request.team)
    messages.success(request, _("The test call and its ticket were removed."))
    if source_id := request.POST.get("source", ""):
        return redirect("source", request.team.slug, find_source(request, source_id).pk)
    return redirect("inbox", request.team.slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.SOURCE_MANAGE)
@requires_reauthentication()
def delete_source(request: TeamRequest, source_id: str) -> HttpResponse:
    """Ask for confirmation, then delete the source, or the log that was kept of a deleted one."""
    source = find_log(request, source_id)
    is_gone = source.deleted_at is not None
    form = DeleteSourceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.delete_source(source, keep_log=form.cleaned_data["log"] == "keep")
        messages.success(
            request, _("%(source)s was deleted. All its tickets are still here.") % {"source": isolated_text(source)}
        )
        return redirect("sources", request.team.slug)
    others = [each for each in health.sources_of(request.membership) if each != source and each.is_enabled]
    tickets = Ticket.objects.for_team(request.team).filter(delivery__source=source)
    waiting_count = health.waiting_count(source)
    context = {
        "nav": "sources",
        "source": source,
        "form": form,
        "is_last": not others and not is_gone,
        "is_gone": is_gone,
        "deliveries": health.counted(count_up_to(source.deliveries.all(), health.COUNTED_AT_MOST)),
        "waiting": health.counted(waiting_count) if waiting_count else "",
        "tickets": health.counted(count_up_to(tickets, health.COUNTED_AT_MOST)),
    }
    return render(request, "webhooks/delete.html", context, status=422 if request.method == "POST" else 200)
