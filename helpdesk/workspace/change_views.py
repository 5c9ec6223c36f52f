"""Views that make changes to one or many tickets, show their progress, and undo them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from helpdesk.bulk import actions
from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import ASK_ABOVE, outcome_sentence, result_of
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.changes import BULK_CHANGES
from helpdesk.ui.capped_counts import count_up_to
from helpdesk.workspace.change_forms import BulkForm, KeptChangeForm
from helpdesk.workspace.changed_ticket import ChangedTicketPage, refresh_list
from helpdesk.workspace.last_change import keep_for_next_page, mark_result_shown
from helpdesk.workspace.page_urls import list_url, with_values

MOST = 5_000  # tickets of one change
AT_ONCE = 0.0  # seconds of steps in a request: a single step, so that its progress shows soon
UNTIL_REFUSED = 2.0  # seconds if a value was typed for few tickets, so that this response can show refusals beside it


@require_POST
@team_view(Permission.TICKET_CHANGE)
def create_bulk_change(request: TeamRequest) -> HttpResponse:
    """Create a change of one ticket or many, and make its first step, which finishes most; a worker makes the others.

    Large changes are confirmed first.
    """
    page = ChangedTicketPage.of(request)
    form = BulkForm(request.POST, membership=request.membership)
    if not form.is_valid():
        return _show_problem(request, page, form.problem)
    data = form.cleaned_data
    if not data["confirmed"] and (count := _count_to_ask_about(form)):
        return _ask_to_confirm(request, form, count)
    if page:
        page.look_ahead(data["kind"], data["value"])
    try:
        actor = Actor.person(request.user)
        change = actions.create_change(
            request.team, actor, data["kind"], data["value"], data["tickets"], most=MOST, seen=data["seen"]
        )
    except ActionRefused as refused:
        return _show_problem(request, page, str(refused))
    is_typed_for_few = _is_typed(request, change) and 0 < len(data["seen"]) <= ASK_ABOVE
    actions.make_steps_then_enqueue(change, UNTIL_REFUSED if is_typed_for_few else AT_ONCE)
    return _show_result(request, page, change)


@require_POST
@team_view(Permission.TICKET_CHANGE, is_background=True)
def send_kept_change(request: TeamRequest) -> HttpResponse:
    """Make a change that was requested offline, and that the page sends when it is online again.

    It is made only once, however often it is sent; repeated requests get its result.
    """
    form = KeptChangeForm(request.POST, membership=request.membership)
    is_valid = form.is_valid()
    data = form.cleaned_data
    change = BulkChange.objects.for_team(request.team).asked_with(data.get("key"), request.user)
    if change is None:
        if not is_valid:
            return _show_problem(request, None, form.problem)
        try:
            change = actions.get_or_create_change(
                data["key"],
                request.team,
                Actor.person(request.user),
                data["kind"],
                data["value"],
                data["tickets"],
                most=MOST,
                seen=data["seen"],
            )
        except ActionRefused as refused:
            return _show_problem(request, None, str(refused))
    actions.make_steps_then_enqueue(change, AT_ONCE)
    if not request.htmx:
        return _show_result(request, None, change)
    result = result_of(change)
    keep_for_next_page(request, result)
    response = refresh_list(render(request, "workspace/_kept_result.html", {"result": result}), result)
    if BULK_CHANGES[change.kind].is_done_with(change.value) and not (result.waiting or result.refused):
        trigger_client_event(response, "ticket-done", {"change": change.pk})
    return response


@require_safe
@team_view(Permission.TICKET_CHANGE)
def bulk_change(request: TeamRequest, pk: int) -> HttpResponse:
    """Show the progress and the result of a change."""
    change = _find(request, pk)
    mark_result_shown(request, change)
    return render(request, "workspace/bulk_change.html", {"result": result_of(change), "nav": ""})


@require_POST
@team_view(Permission.TICKET_CHANGE, is_background=True)
def run_bulk_change(request: TeamRequest, pk: int) -> HttpResponse:
    """Show the progress, after making the next step here unless a worker is making one.

    A page that has shown the end confirms it with `told`, so that no other page shows it: the response that contained
    it may have reached nobody.
    """
    change = _find(request, pk)
    if "told" in request.POST:
        mark_result_shown(request, change)
        return HttpResponse(status=204)
    actions.make_steps(change, AT_ONCE)
    page = ChangedTicketPage.of(request)
    return _show_result(request, page if page and page.is_shown else None, change)


@require_POST
@team_view(Permission.TICKET_CHANGE)
def undo_bulk_change(request: TeamRequest, pk: int) -> HttpResponse:
    """Undo a change, stopping it if it is still running.

    If there is nothing to undo, as after a second click, the present result is shown.
    """
    change, page = _find(request, pk), ChangedTicketPage.of(request)
    if not request.membership.can(change.permission):
        raise PermissionDenied
    try:
        actions.start_undo(change, Actor.person(request.user), is_stopped=True)
    except actions.TooManyRunning as refused:
        return _show_problem(request, page, str(refused))
    except ActionRefused:
        return _show_result(request, page, change)
    actions.make_steps_then_enqueue(change, AT_ONCE)
    return _show_result(request, page, change)


def _find(request: TeamRequest, pk: int) -> BulkChange:
    return get_object_or_404(BulkChange.objects.for_team(request.team), pk=pk, actor=request.user)


def _count_to_ask_about(form: BulkForm) -> int:
    """The number of tickets if the person has to confirm it first, else 0; also 0 above MOST, which is refused."""
    if not form.cleaned_data["all"] and len(form.cleaned_data["seen"]) <= ASK_ABOVE:
        return 0
    count = count_up_to(form.cleaned_data["tickets"], MOST)
    return count if ASK_ABOVE < count <= MOST else 0


def _ask_to_confirm(request: TeamRequest, form: BulkForm, count: int) -> HttpResponse:
    """Ask for confirmation: the same form again, with the number of tickets."""
    data = form.cleaned_data
    planned = BulkChange(team=request.team, actor=request.user, kind=data["kind"], value=data["value"])
    typed = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    statuses = data["tickets"].order_by().values_list("status", flat=True).distinct()
    outcome = outcome_sentence(planned, count, lambda: set(statuses))
    context = {"count": count, "outcome": outcome, "typed": typed}
    if request.htmx:
        return render(request, "workspace/_confirm_change.html", context)
    return render(request, "workspace/confirm_change.html", context | {"way_back": list_url(request), "nav": ""})


def _show_problem(request: TeamRequest, page: ChangedTicketPage | None, problem: str) -> HttpResponse:
    """Show why nothing was started: on the ticket, in place, or above the list."""
    if page:
        return page.show(status=422, problem=problem)
    if request.htmx:
        return render(request, "workspace/_change_problem.html", {"problem": problem}, status=422)
    messages.error(request, problem)
    return redirect(list_url(request))


def _show_result(request: TeamRequest, page: ChangedTicketPage | None, change: BulkChange) -> HttpResponse:
    """Show the result so far: in place, on a page of its own, or with the ticket or list to go on with."""
    result = result_of(change)
    keep_for_next_page(request, result)
    if page:
        return page.answer(result)
    if request.htmx and result.only_reason and _is_typed(request, change):
        return _show_problem(request, None, result.only_reason)
    if request.htmx:
        return refresh_list(render(request, "workspace/_change_result.html", {"result": result}), result)
    if result.waiting:
        return redirect("bulk_change", request.team.slug, change.pk)
    return redirect(with_values(list_url(request), changed=str(change.pk)))


def _is_typed(request: TeamRequest, change: BulkChange) -> bool:
    """Whether the value came in a field of its own, beside which the page shows errors."""
    form = BULK_CHANGES[change.kind].form
    return form is not None and request.POST.get("change") == f"{change.kind}:" and form.first_field() in request.POST
