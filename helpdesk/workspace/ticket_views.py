"""The ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.courses.actions import upsert_learner
from helpdesk.courses.contact import Contact
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.pager import next_after, previous_to
from helpdesk.inbox.forms import change_offers
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.names import People, labels_of
from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.context import contexts_of, trail_of
from helpdesk.tickets.forms import AssignmentForm, MergeForm, NoteForm, SnoozeForm, TagForm
from helpdesk.tickets.merged_tickets import merged_tickets_of
from helpdesk.tickets.models import Priority, Ticket
from helpdesk.tickets.timeline import timeline_of
from helpdesk.workspace.forms import OpenTicketForm


@require_safe
@team_view(Permission.TICKET_CHANGE)
def ticket_menu(request: TeamRequest, number: int) -> HttpResponse:
    """All that can be done with a ticket of a list, without opening it."""
    ticket = find_ticket(request, number)
    offers = change_offers(request.membership, ticket)
    context = {"ticket": ticket, "offers": offers, "list_query": request.GET.get("in", "")}
    return render(request, "workspace/_menu.html", context)


def find_ticket(request: TeamRequest, number: int) -> Ticket:
    """The team's ticket of this number, with what its page shows; else 404."""
    tickets = Ticket.objects.for_team(request.team).with_row_relations().select_related("team", "merged_into")
    return get_object_or_404(tickets, number=number)


def show_ticket(request: Any, ticket: Ticket, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The ticket's page, or its part alone for htmx, with a form that is in error in place of its fresh one."""
    calls = merged_tickets_of(ticket)
    others = Ticket.objects.for_team(request.team).unmerged().filter(learner=ticket.learner).exclude(pk=ticket.pk)
    ticket_filter = TicketFilter(QueryDict(request.GET.get("in", "")), request.team, request.user)
    context = {
        "ticket": ticket,
        "nav": "",
        "list_query": ticket_filter.query(),
        "in_query": ticket_filter.in_query,
        "list_title": ticket_filter.title,
        "previous_ticket": previous_to(ticket_filter, ticket),
        "next_ticket": next_after(ticket_filter, ticket),
        "context": contexts_of([ticket])[ticket.pk],
        "trail": trail_of(ticket, calls),
        "contact": Contact(ticket.learner, ticket.course),
        "course_labels": ticket_filter.course_labels,
        "assignee": People(request.team, [ticket.assignee_id]).label(ticket.assignee_id),
        "similar_tickets": _same_week(ticket),
        "timeline": timeline_of(ticket, calls),
        "other_tickets": others.select_related("course").newest_first()[:6],
        "priorities": Priority.choices,
        "assignment_form": AssignmentForm(team=request.team, initial={"assignee": ticket.assignee_id}, prefix=None),
        "note_form": NoteForm(),
        "tag_form": TagForm(),
        "snooze_form": SnoozeForm(),
        "merge_form": MergeForm(ticket=ticket),
        "now": timezone.now(),
    }
    template = "workspace/_ticket.html" if request.htmx else "workspace/ticket.html"
    return render(request, template, context | forms, status=status)


def _same_week(ticket: Ticket) -> list[tuple[Ticket, str, Any]]:
    """Others who asked about the same course within three days, those in the same lesson first."""
    if ticket.course_id is None:
        return []
    span = timedelta(days=3)
    others = (
        Ticket.objects.filter(course=ticket.course_id, team=ticket.team_id)
        .unmerged()
        .filter(requested_at__gte=ticket.requested_at - span, requested_at__lte=ticket.requested_at + span)
        .exclude(learner=ticket.learner_id)
    )
    near = list(others.select_related("learner").newest_first()[:30])
    contexts = contexts_of([ticket, *near])
    lesson = contexts[ticket.pk].lesson
    near.sort(key=lambda other: not lesson or contexts[other.pk].lesson != lesson)
    names = {learner.pk: label for learner, label in labels_of({ticket.learner, *(other.learner for other in near)})}
    return [(other, names[other.learner_id], contexts[other.pk]) for other in near[:5]]


@require_safe
@team_view(Permission.TICKET_VIEW)
def ticket(request: TeamRequest, number: int) -> HttpResponse:
    """One ticket: the learner's context, the timeline, and all that can be done."""
    return show_ticket(request, find_ticket(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TICKET_OPEN)
def open_ticket(request: TeamRequest) -> HttpResponse:
    """Open a ticket by hand."""
    form = OpenTicketForm(request.POST if request.method == "POST" else None, team=request.team)
    if request.method == "POST" and form.is_valid():
        actor, data, now = Actor.person(request.user), form.cleaned_data, timezone.now()
        with transaction.atomic():
            learner = upsert_learner(request.team, email=data["email"], name=data["name"], at=now)
            opened = actions.open_ticket(
                request.team,
                actor,
                learner=learner,
                course=data["course"],
                producer=data["course"].producer if data["course"] else None,
                requested_at=now,
                question=data["question"],
            )
        shown = opened.merged_into or opened
        if opened.merged_into:
            messages.success(
                request, _("The learner already has an unfinished ticket for this course; this was added to it.")
            )
        return redirect("ticket", request.team.slug, shown.number)
    context = {"form": form, "nav": ""}
    return render(request, "workspace/open_ticket.html", context, status=422 if request.method == "POST" else 200)
