"""The page of a ticket, and its parts that are loaded separately."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.conversations.guesses import show_guesses
from helpdesk.courses.contact import Contact
from helpdesk.inbox.menus import menu_choices
from helpdesk.inbox.seen_versions import number_with_version
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.names import People
from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.changes import ASSIGNEE
from helpdesk.tickets.learner_context import context_of, shorten, steps_around, trail_of
from helpdesk.tickets.merged_tickets import merged_tickets_of
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.tags import read_tags
from helpdesk.tickets.timeline import timeline_of
from helpdesk.tickets.timeline_windows import ALL, window_before
from helpdesk.ui import flash
from helpdesk.ui.composed import ComposedQuery
from helpdesk.ui.isolation import isolated
from helpdesk.workspace.change_groups import group_changes
from helpdesk.workspace.composer import Editor, composer_for
from helpdesk.workspace.forms import OpenTicketForm
from helpdesk.workspace.list_position import list_position_of
from helpdesk.workspace.page_urls import filter_of_list, number_above, ticket_url
from helpdesk.workspace.question_requests import question_requests_of
from helpdesk.workspace.similar_tickets import similar_tickets_of
from helpdesk.workspace.ticket_extras import extras_of

# Query parameters that matter only the first time: a change or reply to announce, that one was undone, or an editor to
# open.
ONE_TIME_PARAMETERS = {"changed", "sent", "undone", "write"}


@require_safe
@team_view(Permission.TICKET_CHANGE)
def ticket_menu(request: TeamRequest, number: int) -> HttpResponse:
    """The menu of all changes to a ticket in a list, without opening it."""
    ticket = find_ticket(request, number)
    choices = menu_choices(request.membership, ticket)
    context = {"ticket": ticket, "menu_choices": choices, "number_with_version": number_with_version(ticket)}
    return render(request, "workspace/_menu.html", context)


def find_ticket(request: TeamRequest, number: int) -> Ticket:
    """The team's ticket with this number and what its page shows. Raises Http404."""
    found = _NUMBERED.objects(team=request.team.pk, number=number) if number <= Ticket.HIGHEST_NUMBER else []
    if not found:
        raise Http404
    read_tags(found)
    (ticket,) = found
    ticket.team = request.team
    return ticket


_NUMBERED = ComposedQuery(
    lambda team, number: (
        Ticket.objects.for_team(team)
        .filter(number=number)
        .select_related("learner", "course", "merged_into", "continues", "lesson")
    )
)


def link_name(ticket: Ticket) -> str:
    """The flash key of a new link to the learner's page, which the next page shows."""
    return f"learner-link-{ticket.pk}"


def dismissal_name(ticket: Ticket) -> str:
    """The flash key of a dismissed failure, for which the next page offers an undo."""
    return f"dismissed-failure-{ticket.pk}"


def show_ticket(
    request: TeamRequest, ticket: Ticket, *, status: int = 200, written: Editor | None = None, **more: Any
) -> HttpResponse:
    """The ticket's page, or only the ticket for htmx.

    `written` is a text that was refused. `more` may have a form with errors, a `problem` with what was `typed`, the
    `result` of a change, or the reply that was just `sent`.
    """
    merged, extras = merged_tickets_of(ticket), extras_of(ticket, request.user)
    can_act = request.membership.can(Permission.TICKET_CHANGE) and not ticket.is_merged
    is_part = request.htmx and not request.htmx.history_restore_request
    context = {
        **_list_context(request, ticket),
        **_learner_context(ticket, merged),
        **_timeline_context(request, ticket, merged, is_long=extras.is_long),
        "ticket": ticket,
        "slug": request.team.slug,
        "number": ticket.number,
        "number_with_version": number_with_version(ticket),
        "can_act": can_act,
        "assignee": People(request.team, [ticket.assignee_id]).label(ticket.assignee_id),
        "can_assign": can_act and request.membership.can(ASSIGNEE.permission),
        "composer": composer_for(request, ticket, extras, written),
        "guesses": show_guesses(ticket),
        "similar_tickets": similar_tickets_of(ticket),
        "question_requests": question_requests_of(ticket, extras),
        "continuations": ticket.continuations.order_by("pk") if extras.has_continuations else (),
        "learner_link": flash.pop(request, link_name(ticket)),
        "learner_links": extras.link_count,
        "dismissal": "" if is_part else flash.pop(request, dismissal_name(ticket)),  # a part has no toast for it
    }
    template = "workspace/_ticket_answer.html" if is_part else "workspace/ticket.html"
    response = render(request, template, context | more, status=status)
    patch_vary_headers(response, ["HX-Request"])  # the same address serves the page and the part
    return response


def show_not_cancelled(request: TeamRequest, ticket: Ticket, refused: actions.ActionRefused) -> HttpResponse:
    """The ticket's page with the reason why a message on it was not cancelled; another page may have been open."""
    response = show_ticket(request, ticket, status=409, problem=str(refused))
    response["HX-Push-Url"] = ticket_url(request, ticket.number)
    return response


def _list_context(request: TeamRequest, ticket: Ticket) -> dict[str, Any]:
    """The list that the ticket was opened from, and its position there."""
    ticket_filter = filter_of_list(request)
    position = list_position_of(ticket_filter, ticket, number_above(request))
    return {
        "nav": ticket_filter.nav,
        "list_query": ticket_filter.query(),
        "in_query": ticket_filter.in_query,
        "list_title": ticket_filter.title,
        "list_position": position,
        "above": position.above,
        "course_labels": ticket_filter.course_labels,
    }


def _learner_context(ticket: Ticket, merged: list[Ticket]) -> dict[str, Any]:
    """Who asked, what they were doing before, and their other requests."""
    steps = steps_around(ticket)
    return {
        "learner_name": isolated(ticket.learner),
        "contact": Contact(ticket.learner),
        "context": context_of(ticket, steps),
        "trail": shorten(trail_of(ticket, steps, merged), has_question=bool(ticket.question)),
        "other_tickets": ticket.other_requests,
    }


def _timeline_context(request: TeamRequest, ticket: Ticket, merged: list[Ticket], *, is_long: bool) -> dict[str, Any]:
    """The timeline: all of it if it is short, else the newest window, or the one that was asked for."""
    earlier = request.GET.get("earlier", "")
    window = window_before(ticket, merged, earlier) if earlier or merged or is_long else ALL
    return {"window": window, "timeline": group_changes(timeline_of(ticket, merged, window, request.user))}


@require_safe
@team_view(Permission.TICKET_VIEW)
def ticket(request: TeamRequest, number: int) -> HttpResponse:
    """The page of a ticket: the learner's context, the timeline, and all actions."""
    response = show_ticket(request, find_ticket(request, number))
    if request.htmx and ONE_TIME_PARAMETERS & request.GET.keys():
        response["HX-Push-Url"] = _without_one_time_parameters(request)
    return response


@require_safe
@team_view(Permission.TICKET_VIEW, is_background=True)
def earlier_timeline(request: TeamRequest, number: int) -> HttpResponse:
    """The earlier part of the timeline, to be inserted above what the ticket's page shows."""
    ticket = find_ticket(request, number)
    context = {"ticket": ticket, **_timeline_context(request, ticket, merged_tickets_of(ticket), is_long=True)}
    ticket_filter = filter_of_list(request)
    context |= {"slug": request.team.slug, "number": number, "number_with_version": number_with_version(ticket)}
    context |= {"list_query": ticket_filter.query(), "in_query": ticket_filter.in_query, "above": ""}
    return render(request, "workspace/_timeline_entries.html", context)


def _without_one_time_parameters(request: TeamRequest) -> str:
    """The address without the one-time parameters."""
    query = request.GET.copy()
    for name in ONE_TIME_PARAMETERS & query.keys():
        del query[name]
    return f"{request.path}?{query.urlencode()}" if query else request.path


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TICKET_OPEN)
def open_ticket(request: TeamRequest) -> HttpResponse:
    """Open a ticket by hand."""
    form = OpenTicketForm(request.POST if request.method == "POST" else None, team=request.team)
    if request.method == "POST" and form.is_valid():
        opened = actions.open_ticket_by_hand(request.team, Actor.person(request.user), **form.cleaned_data)
        shown = opened.merged_into or opened
        if opened.merged_into:
            messages.success(
                request, _("The learner already has an unfinished ticket for this course; this was added to it.")
            )
        return redirect("ticket", request.team.slug, shown.number)
    context = {"form": form, "nav": ""}
    return render(request, "workspace/open_ticket.html", context, status=422 if request.method == "POST" else 200)
