"""A seeded history is consistent, and nobody receives an e-mail about it."""

import pytest

from helpdesk.demo.seeding import seed_team
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.notifications import digests
from helpdesk.notifications.models import HistoryCursor
from helpdesk.tickets.models import TicketEvent
from tests.factories import MembershipFactory, open_ticket, publish

pytestmark = pytest.mark.django_db


def test_seeded_events_get_positions_but_notify_nobody():
    member = MembershipFactory(notify_new_request=True)
    team = member.team
    HistoryCursor.objects.create(pk=1, position=0, seen_position=0)
    WebhookEndpoint.objects.create(team=team, url="https://example.com/", events=["ticket.created"])
    open_ticket(team)
    publish()
    seed_team(team, 20)
    open_ticket(team)
    publish()
    in_order = list(TicketEvent.objects.exclude(position=None).order_by("position").values_list("pk", flat=True))
    assert len(in_order) > 22
    assert in_order == list(TicketEvent.objects.order_by("pk").values_list("pk", flat=True))
    assert WebhookDelivery.objects.count() == 2
    digests.next_digests()
    ((_membership, _kind, tickets),) = digests.next_digests()[0]
    assert len(tickets) == 2
