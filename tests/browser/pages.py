"""The pages of the team that `new_team` makes, for tests that walk all of them."""

from random import Random

import httpx
from django.utils import timezone

from helpdesk.demo.sending import send_all
from helpdesk.demo.simulation import invent_event, simulate_day
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.browser.first_steps import PING
from tests.webhooks.sender import process

PAGES = {
    "inbox": "/t/escola-da-ana/",
    "done": "/t/escola-da-ana/?status=done",
    "nothing fits": "/t/escola-da-ana/?status=on_hold&assignee=me",
    "ticket": "/t/escola-da-ana/tickets/1/",
    "similar tickets": "/t/escola-da-ana/tickets/1/similar/",
    "new ticket": "/t/escola-da-ana/tickets/new/",
    "filtered": "/t/escola-da-ana/?status=all&priority=2&assignee=none",
    "searched": "/t/escola-da-ana/?q=a",
    "views": "/t/escola-da-ana/views/?query=status%3Dall",
    "reports": "/t/escola-da-ana/reports/",
    "empty report": "/t/escola-da-ana/reports/?first=2020-01-01&last=2020-01-02",
    "courses": "/t/escola-da-ana/courses/",
    "learners": "/t/escola-da-ana/learners/",
    "tags": "/t/escola-da-ana/tags/",
    "team": "/t/escola-da-ana/team/",
    "sources": "/t/escola-da-ana/sources/",
    "new source": "/t/escola-da-ana/sources/new/",
    "no webhooks": "/t/escola-da-ana/integrations/",
    "new webhook": "/t/escola-da-ana/integrations/new/",
    "tokens": "/t/escola-da-ana/tokens/",
    "account": "/account/",
    "teams": "/teams/",
    "email": "/accounts/email/",
    "password": "/accounts/password/change/",
    "two factors": "/accounts/2fa/",
    "log out": "/accounts/logout/",
    "used link": "/accounts/confirm-email/MQ:abc:def/",
}


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
