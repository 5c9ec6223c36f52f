"""A course as seen from its calls for help."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from django.db.models import Avg, Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.courses.models import Course, LearnerActivity
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.context import contexts_of
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.rows import groups_of
from helpdesk.ui.charts import weekly_chart

Kind = LearnerActivity.Kind
MONTH, QUARTER = timedelta(days=30), timedelta(days=90)
NEWEST, LESSONS, TICKETS = 300, 8, 8


@require_safe
@team_view(Permission.TICKET_VIEW)
def courses(request: TeamRequest) -> HttpResponse:
    """The team's courses, the most asked about first."""
    since = timezone.now() - MONTH
    tickets = Ticket.objects.for_team(request.team)
    asked = dict(tickets.filter(requested_at__gte=since).values_list("course").annotate(Count("pk")).order_by())
    to_do = dict(tickets.to_do().values_list("course").annotate(Count("pk")).order_by())
    found = Course.objects.for_team(request.team).select_related("producer").order_by("title", "pk")
    rows = [(course, asked.get(course.pk, 0), to_do.get(course.pk, 0)) for course in found]
    rows.sort(key=lambda row: -row[1])
    context = {"nav": "courses", "rows": rows, "since": timezone.localtime(since).date()}
    return render(request, "courses/courses.html", context)


@require_safe
@team_view(Permission.TICKET_VIEW)
def course(request: TeamRequest, pk: int) -> HttpResponse:
    """How much help a course needs, and where in it."""
    found = get_object_or_404(Course.objects.for_team(request.team).select_related("producer"), pk=pk)
    now = timezone.now()
    calls = Ticket.objects.for_team(request.team).filter(course=found)
    newest = list(calls.unmerged().filter(requested_at__gte=now - QUARTER).with_row_relations().newest_first()[:NEWEST])
    contexts = contexts_of(newest)
    asked = calls.filter(requested_at__gte=now - QUARTER).aggregate(
        quarter=Count("pk"),
        month=Count("pk", filter=Q(requested_at__gte=now - MONTH)),
        month_before=Count("pk", filter=Q(requested_at__gte=now - 2 * MONTH, requested_at__lt=now - MONTH)),
    )
    activity = LearnerActivity.objects.filter(course=found, occurred_at__gte=now - QUARTER)
    enrolled = activity.filter(kind=Kind.ENROLLMENT_CREATED).count()
    lessons = Counter(
        context.last_step.lesson_title
        for context in contexts.values()
        if context.last_step and context.last_step.lesson_title
    ).most_common(LESSONS)
    context = {
        "nav": "courses",
        "course": found,
        "asked": asked,
        "month_ago": timezone.localtime(now - MONTH).date(),
        "to_do": calls.to_do().count(),
        "rating": activity.filter(kind=Kind.LESSON_RATED).aggregate(rating=Avg("rating"))["rating"],
        "enrolled": enrolled,
        "per_hundred": round(asked["quarter"] * 100 / enrolled, 1) if enrolled else None,
        "lessons": [(title, count, round(count * 100 / lessons[0][1])) for title, count in lessons],
        "groups": groups_of(newest[:TICKETS], contexts),
        "chart": weekly_chart(_("Requests by week"), calls, "requested_at"),
    }
    return render(request, "courses/course.html", context)
