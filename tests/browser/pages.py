"""The addresses of all pages, and a team with a day of activity to show on them."""

from random import Random

import httpx
from django.urls import get_resolver
from django.utils import timezone

from helpdesk.demo.event_sender import send_all
from helpdesk.demo.simulation import invent_event, simulate_day
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.addresses import address, patterns
from tests.browser.first_steps import PING
from tests.scan_table import account_pages, pages
from tests.webhooks.sender import process


def paths(url_objects):
    """The address of every page in `tests/scan_table.py`, for these objects, and of the account pages."""
    routes = (route for route, pattern in patterns(get_resolver()) if pattern.name in account_pages())
    return [address(name, url_objects) for name in sorted(pages())] + [
        f"/{route}" for route in routes if "<" not in route
    ]


def live_a_day(team, address, key):
    """A day of events for the team's source, some of them refused, and what the team does about them."""
    send_all(address, key, [PING, *simulate_day(Random("axe"), timezone.now(), learners=12)])
    process()
    send_all(address, "another-key", [invent_event(Random("c"), "nutror.learner_help", timezone.now())])
    assert httpx.post(address, content=b"{}").status_code == 401
    first = Ticket.objects.get(number=1)
    ana = Actor.person(team.memberships.get().user)
    actions.add_note(first, ana, "Uma nota")
    actions.add_tag(first, ana, "acesso")
    actions.resolve_ticket(Ticket.objects.unfinished().exclude(pk=first.pk).order_by("number")[0], ana)
