"""Creates deliveries from events of the tickets' history."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.integrations.events import event_name
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.payloads import payloads_of
from helpdesk.integrations.send_jobs import enqueue_delivery
from helpdesk.integrations.signature import webhook_id_of
from helpdesk.tickets.models import TicketEvent


def enqueue_deliveries(events: Sequence[TicketEvent]) -> None:
    """Store the deliveries of these events, in order; jobs send them after the commit.

    An event that is passed twice makes no second delivery.
    """
    receivers = _receivers(events)
    if not receivers:
        return
    bodies = payloads_of([event for event in events if event.pk in receivers])
    deliveries = [
        WebhookDelivery(
            team_id=event.team_id,
            endpoint_id=endpoint_id,
            ticket_id=event.ticket_id,
            webhook_id=webhook_id_of(endpoint_id, event.pk),
            event=event_name(event.kind),
            body=bodies[event.pk],
        )
        for event in events
        if event.pk in bodies
        for endpoint_id in receivers[event.pk]
    ]
    WebhookDelivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    for endpoint_id in dict.fromkeys(delivery.endpoint_id for delivery in deliveries):
        enqueue_delivery(endpoint_id)


def _receivers(events: Sequence[TicketEvent]) -> dict[int, list[int]]:
    """The endpoints that receive each event, by the event's primary key, without events that have no receivers."""
    endpoints = WebhookEndpoint.objects.receivers({event.team_id for event in events})
    found = {
        event.pk: [pk for pk, team, names in endpoints if team == event.team_id and event_name(event.kind) in names]
        for event in events
    }
    return {event: pks for event, pks in found.items() if pks}
