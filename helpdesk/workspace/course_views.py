"""A course as seen from its help requests."""

from __future__ import annotations

from collections import Counter

from django.db.models import Avg, Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.courses.models import Course, LearnerActivity, Lesson
from helpdesk.courses.names import labels_of_courses
from helpdesk.inbox.groups import groups_of
from helpdesk.inbox.period_query_strings import requests_query
from helpdesk.inbox.rows import Listing
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.learner_context import contexts_of
from helpdesk.tickets.merged_tickets import asked_about, to_do_elsewhere
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.periods import Period
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.charts import weekly_chart

Kind = LearnerActivity.Kind
MONTH, QUARTER = 30, 90  # days, the last of which is today, as in the reports
LESSONS, TICKETS = 8, 8


@require_safe
@team_view(Permission.TICKET_VIEW)
def courses(request: TeamRequest) -> HttpResponse:
    """The team's courses, those with the most help requests first."""
    month = Period.until_today(MONTH)
    tickets = Ticket.objects.for_team(request.team)
    of_month = tickets.filter(requested_at__gte=month.start, requested_at__lt=month.end)
    asked = dict(of_month.values_list("course").annotate(Count("pk")).order_by())
    to_do = Counter(dict(tickets.to_do().values_list("course").annotate(Count("pk")).order_by()))
    to_do += to_do_elsewhere(request.team)
    own = Course.objects.for_team(request.team).without_test_calls()
    found = labels_of_courses(own.select_related("producer").order_by("title", "pk"))
    rows = [(course, label, asked.get(course.pk, 0), to_do[course.pk]) for course, label in found]
    rows.sort(key=lambda row: -row[2])
    context = {"nav": "courses", "rows": rows, "month_query": requests_query(month)}
    return render(request, "workspace/courses.html", context)


@require_safe
@team_view(Permission.TICKET_VIEW)
def course(request: TeamRequest, pk: int) -> HttpResponse:
    """How much help learners need in a course, and in which lessons."""
    found = get_object_or_404(Course.objects.for_team(request.team).select_related("producer"), pk=pk)
    month, quarter = Period.until_today(MONTH), Period.until_today(QUARTER)
    team_tickets = Ticket.objects.for_team(request.team)
    tickets = team_tickets.filter(course=found)
    newest = tickets.unmerged().filter(requested_at__gte=quarter.start).with_row_relations().newest_first()[:TICKETS]
    asked = tickets.filter(requested_at__gte=quarter.start, requested_at__lt=quarter.end).aggregate(
        quarter=Count("pk"),
        month=Count("pk", filter=Q(requested_at__gte=month.start)),
        month_before=Count("pk", filter=Q(requested_at__gte=month.before.start, requested_at__lt=month.start)),
    )
    activity = LearnerActivity.objects.filter(course=found, occurred_at__gte=quarter.start)
    enrolled = activity.filter(kind=Kind.ENROLLMENT_CREATED).count()
    lessons = _most_asked_about(tickets.filter(requested_at__gte=quarter.start, requested_at__lt=quarter.end))
    inbox = reverse("inbox", args=[request.team.slug])
    context = {
        "nav": "courses",
        "course": found,
        "asked": asked,
        "queries": {
            "month": f"{requests_query(month)}&course={pk}",
            "month_before": f"{requests_query(month.before)}&course={pk}",
            "quarter": f"{requests_query(quarter)}&course={pk}",
        },
        "to_do": team_tickets.filter(asked_about(request.team, "course", found)).to_do().count(),
        "rating": activity.filter(kind=Kind.LESSON_RATED).aggregate(rating=Avg("rating"))["rating"],
        "enrolled": enrolled,
        "per_hundred": round(asked["quarter"] * 100 / enrolled, 1) if enrolled else None,
        "lessons": [(lesson, count, round(count * 100 / lessons[0][1])) for lesson, count in lessons],
        "lesson_query": f"{requests_query(quarter)}&course={pk}&lesson=",
        "groups": groups_of(list(newest), contexts_of(newest), Listing(request.team, {pk: str(found)})),
        "chart": weekly_chart(
            _("Requests by week"),
            tickets,
            "requested_at",
            lambda *week: f"{inbox}?{requests_query(Period(*week))}&course={pk}",
        ),
    }
    return render(request, "workspace/course.html", context)


def _most_asked_about(tickets: TicketQuerySet) -> list[tuple[Lesson, int]]:
    """The lessons with most of these requests, each with their number."""
    counts = tickets.filter(lesson__isnull=False).values_list("lesson").annotate(count=Count("pk"))
    most = dict(counts.order_by("-count", "lesson")[:LESSONS])
    lessons = Lesson.objects.in_bulk(most)
    return [(lessons[pk], count) for pk, count in most.items()]
