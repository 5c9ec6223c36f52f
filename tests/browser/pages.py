"""Every page, for tests that walk all of them, and what has happened in the team whose they are."""

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


def paths(things):
    """The address of each page that `tests/scan_table.py` knows, with these things, and of those about an account."""
    routes = (route for route, pattern in patterns(get_resolver()) if pattern.name in account_pages())
    return [address(name, things) for name in sorted(pages())] + [f"/{route}" for route in routes if "<" not in route]


def live_a_day(team, address, key):
    """What comes to the team's source in a day, some of it turned away, and what is done about it."""
    send_all(address, key, [PING, *simulate_day(Random("axe"), timezone.now(), learners=12)])
    process()
    send_all(address, "another-key", [invent_event(Random("c"), "nutror.learner_help", timezone.now())])
    assert httpx.post(address, content=b"{}").status_code == 401
    first = Ticket.objects.get(number=1)
    ana = Actor.person(team.memberships.get().user)
    actions.add_note(first, ana, "Uma nota")
    actions.add_tag(first, ana, "acesso")
    actions.resolve_ticket(Ticket.objects.unfinished().exclude(pk=first.pk).order_by("number")[0], ana)
