"""A lesson as seen from its help requests."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.bulk.results import ASK_ABOVE
from helpdesk.courses.models import Lesson
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.pager import page_of
from helpdesk.inbox.groups import groups_of
from helpdesk.inbox.period_query_strings import requests_query
from helpdesk.inbox.rows import Listing
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.forms import TagForm
from helpdesk.tickets.learner_context import contexts_of
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.periods import Period
from helpdesk.ui.capped_counts import capped_label, count_up_to
from helpdesk.ui.charts import weekly_chart
from helpdesk.ui.suggestions import suggest

MONTH, QUARTER = 30, 90  # days, the last of which is today, as in the reports
COUNTED_AT_MOST = 100  # tickets to do
SHOWN = 50  # rows


@require_safe
@team_view(Permission.TICKET_VIEW)
def lesson(request: TeamRequest, pk: int) -> HttpResponse:
    """How many learners asked for help in a lesson, who still waits, and actions for all of them at once."""
    lessons = Lesson.objects.for_team(request.team).select_related("course")
    found = get_object_or_404(lessons, pk=pk)
    month, quarter = Period.until_today(MONTH), Period.until_today(QUARTER)
    tickets = Ticket.objects.for_team(request.team).filter(lesson=found)
    asked = tickets.filter(requested_at__gte=quarter.start, requested_at__lt=quarter.end).aggregate(
        quarter=Count("pk"),
        month=Count("pk", filter=Q(requested_at__gte=month.start)),
        learners=Count("learner", distinct=True),
    )
    ticket_filter = TicketFilter(QueryDict(f"lesson={pk}"), request.team, request.user)
    page = page_of(ticket_filter, SHOWN)
    to_do = count_up_to(ticket_filter.tickets, COUNTED_AT_MOST)
    tag_form = TagForm(auto_id="tag-all-%s")
    suggest(tag_form.fields["tag"], reverse("suggest_tags", args=[request.team.slug]))
    inbox = reverse("inbox", args=[request.team.slug])
    context = {
        "nav": "courses",
        "lesson": found,
        "asked": asked,
        "month_query": f"{requests_query(month)}&lesson={pk}",
        "quarter_query": f"{requests_query(quarter)}&lesson={pk}",
        "to_do": to_do,
        "ask_above": ASK_ABOVE,
        "to_do_label": capped_label(to_do, COUNTED_AT_MOST),
        "chart": weekly_chart(
            _("Requests by week"),
            tickets,
            "requested_at",
            lambda *week: f"{inbox}?{requests_query(Period(*week))}&lesson={pk}",
        ),
        "page": page._replace(next_query=""),
        "goes_on": bool(page.next_query),
        "groups": groups_of(
            page.tickets, contexts_of(page.tickets), Listing(request.team, ticket_filter.course_labels), by_urgency=True
        ),
        "list_query": ticket_filter.query(),
        "in_query": ticket_filter.in_query,
        "can_change": False,
        "can_change_all": request.membership.can(Permission.TICKET_CHANGE) and bool(page.tickets),
        "tag_form": tag_form,
    }
    return render(request, "workspace/lesson.html", context)
