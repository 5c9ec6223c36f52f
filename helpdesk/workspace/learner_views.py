"""The pages of learners: contact, numbers, tickets and activity."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Avg, Count, Max, Min, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.audit.recording import record_learner_view
from helpdesk.courses.actions import set_phone
from helpdesk.courses.contact import Contact
from helpdesk.courses.models import Learner, LearnerActivity
from helpdesk.courses.names import course_labels
from helpdesk.courses.querysets import LAST_ACTIVITY_FIRST, NEWEST_FIRST
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import UNFINISHED_STATUSES, Ticket
from helpdesk.tickets.models.ticket_indexes import IS_UNFINISHED
from helpdesk.ui.charts import weekly_chart
from helpdesk.ui.cleaning import clean_name
from helpdesk.ui.isolation import isolated
from helpdesk.ui.keyset import paginate, read_place
from helpdesk.workspace.activity_sessions import sessions_of
from helpdesk.workspace.forms import LearnerFilter, PhoneForm

STEPS, TICKETS = 60, 20
PAGE_SIZE, SUGGESTED = 50, 8
LONGEST_SEARCH = 100  # characters


@require_safe
@team_view(Permission.TICKET_VIEW)
def learners(request: TeamRequest) -> HttpResponse:
    """All learners of the team, or those whose name or e-mail contains the search, the most recently active first."""
    form = LearnerFilter(request.GET)
    found = Learner.objects.for_team(request.team)
    if not form.is_valid():  # an invalid search matches nothing
        found = found.none()
    elif typed := form.cleaned_data["q"]:
        found = found.containing(typed)
    page = paginate(found, LAST_ACTIVITY_FIRST, request.GET.get("after", ""), PAGE_SIZE)
    asked = form.data.get("q", "")
    query = {"q": asked} if asked else {}
    more = urlencode({**query, "after": page.next_place}) if page.next_place else ""
    context = {"nav": "learners", "rows": _with_counts(request, page.rows), "form": form, "asked": asked, "more": more}
    is_part = request.htmx and request.htmx.target == "more"
    return render(request, "workspace/_learner_rows.html" if is_part else "workspace/learners.html", context)


def _with_counts(request: TeamRequest, found: list[Learner]) -> list[tuple[Learner, Any]]:
    """Each learner with their numbers of tickets."""
    counts = (
        Ticket.objects.for_team(request.team)
        .unmerged()
        .filter(learner__in=found)
        .values("learner")
        .annotate(tickets=Count("pk"), unfinished=Count("pk", filter=Q(status__in=UNFINISHED_STATUSES)))
        .order_by()
    )
    of_learner = {row["learner"]: row for row in counts}
    return [(learner, of_learner.get(learner.pk, {})) for learner in found]


@require_safe
@team_view(Permission.TICKET_VIEW)
def suggest_learners(request: TeamRequest) -> HttpResponse:
    """Learners whose name or e-mail contains what is typed into either field, the most recently active first."""
    typed = clean_name(request.GET.get("email", "") or request.GET.get("name", ""))[:LONGEST_SEARCH]
    found = Learner.objects.for_team(request.team).filter(erased_at=None)
    found = LAST_ACTIVITY_FIRST.sort(found.containing(typed))[:SUGGESTED] if typed else found.none()
    suggestions = [
        {
            "label": isolated(learner),
            "detail": learner.email if learner.name else "",
            "values": {"email": learner.email, "name": learner.name},
        }
        for learner in found
    ]
    return render(request, "ui/_suggestions.html", {"suggestions": suggestions})


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TICKET_VIEW, to_change=Permission.TICKET_CHANGE)
def learner(request: TeamRequest, pk: int) -> HttpResponse:
    """Everything about a learner; a POST sets their phone number."""
    found = get_object_or_404(Learner.objects.for_team(request.team), pk=pk)
    form = PhoneForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        if set_phone(found, form.cleaned_data["phone"]):
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("This learner has been erased."))
        return redirect("learner", request.team.slug, pk)
    record_learner_view(request.team.pk, found.pk)
    found.refresh_from_db()
    context = {
        "nav": "learners",
        "learner": found,
        "contact": Contact(found),
        "form": form,
        **_sessions(request, found),
    }
    if request.htmx and request.htmx.target == "earlier":
        return render(request, "workspace/_sessions.html", context)
    tickets = Ticket.objects.for_team(request.team).filter(learner=found)
    activity = LearnerActivity.objects.of(found)
    context |= {
        "course_labels": course_labels(request.team),
        "tickets": tickets.unmerged().select_related("course").newest_first()[:TICKETS],
        "asked": tickets.aggregate(
            tickets=Count("pk", filter=Q(merged_into=None)),
            requests=Count("pk"),
            unfinished=Count("pk", filter=IS_UNFINISHED),
        ),
        "seen": activity.aggregate(first=Min("occurred_at"), last=Max("occurred_at"), rating=Avg("rating")),
        "courses": activity.filter(progress__isnull=False)
        .order_by("course", "-occurred_at", "-pk")
        .distinct("course")
        .select_related("course"),
        "chart": weekly_chart(_("Activity in the courses, by week"), activity, "occurred_at"),
    }
    return render(request, "workspace/learner.html", context, status=422 if form.errors else 200)


def _sessions(request: TeamRequest, found: Learner) -> dict[str, Any]:
    """The last sessions before the place in the address, including help requests."""
    before = request.GET.get("before", "")
    page = paginate(LearnerActivity.objects.of(found), NEWEST_FIRST, before, STEPS)
    tickets = Ticket.objects.for_team(request.team).filter(learner=found).select_related("course")
    if place := read_place(before, NEWEST_FIRST, LearnerActivity):
        tickets = tickets.filter(requested_at__lt=place[0])
    if page.next_place:
        tickets = tickets.filter(requested_at__gte=page.rows[-1].occurred_at)
    return {"sessions": sessions_of(page.rows, tickets[:STEPS]), "earlier": page.next_place}
