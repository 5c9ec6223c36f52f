"""From a fact about a ticket to the deliveries that tell of it, in the transaction of the fact."""

from __future__ import annotations

from django.db import connection

from helpdesk.integrations.events import event_name
from helpdesk.integrations.models import SubscriptionDelivery
from helpdesk.integrations.payloads import payload_of
from helpdesk.integrations.waking import wake
from helpdesk.tickets.models import Ticket, TicketEvent

# The one thing that a team without subscriptions pays for. The lock keeps a subscription from being deleted before the
# deliveries that refer to it are there; nothing but a deletion waits for it.
FIND_SUBSCRIPTIONS = """
    SELECT id FROM integrations_subscription
    WHERE team_id = %s AND disabled_at IS NULL AND %s = ANY(events) ORDER BY id FOR KEY SHARE
"""


def enqueue_deliveries(ticket: Ticket, event: TicketEvent) -> None:
    """Keep what is to be sent, and to whom; a job sends it once the transaction is through."""
    name = event_name(event.kind)
    with connection.cursor() as cursor:
        cursor.execute(FIND_SUBSCRIPTIONS, [event.team_id, name])
        subscriptions = [pk for (pk,) in cursor.fetchall()]
    if not subscriptions:
        return
    body = payload_of(ticket, event)
    SubscriptionDelivery.objects.bulk_create(
        SubscriptionDelivery(team_id=event.team_id, subscription_id=pk, ticket=ticket, event=name, body=body)
        for pk in subscriptions
    )
    for pk in subscriptions:
        wake(pk)
