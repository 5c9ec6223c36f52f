"""The baseline for the pages: views in the same project, with its middleware, that only show tickets."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from helpdesk.teams.access import team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import Ticket

LIST = engines["django"].from_string(
    "<h1>{{ team }}</h1><ul>{% for ticket in tickets %}"
    '<li><a href="tickets/{{ ticket.number }}/">{{ ticket.learner }}</a> '
    "{{ ticket.course }} {{ ticket.get_status_display }}</li>"
    "{% endfor %}</ul>"
)
TICKET = engines["django"].from_string(
    "<h1>{{ ticket.learner }}</h1><p>{{ ticket.course }} {{ ticket.get_status_display }}</p><ol>"
    "{% for event in ticket.events.all %}<li>{{ event.created_at }} {{ event.kind }}</li>{% endfor %}</ol>"
)


@team_view(Permission.TICKET_VIEW)
def inbox(request):
    """The newest twenty-five tickets, in one query."""
    tickets = Ticket.objects.for_team(request.team).select_related("learner", "course").newest_first()[:25]
    return HttpResponse(LIST.render({"team": request.team, "tickets": tickets}, request))


@team_view(Permission.TICKET_VIEW)
def ticket(request, number):
    """A ticket with its history, in two queries."""
    found = Ticket.objects.for_team(request.team).select_related("learner", "course").get(number=number)
    return HttpResponse(TICKET.render({"ticket": found}, request))


urlpatterns = [
    path("t/<slug:team_slug>/", inbox, name="inbox"),
    path("t/<slug:team_slug>/tickets/<int:number>/", ticket, name="ticket"),
]
settings.ROOT_URLCONF = __name__
application = WSGIHandler()
