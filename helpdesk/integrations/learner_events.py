"""Tells receivers that a learner was corrected or erased; by primary key, so that no new data is disclosed."""

from __future__ import annotations

from django.utils import timezone

from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.payloads import learner_payload
from helpdesk.integrations.send_jobs import enqueue_delivery


def tell_receivers(team_id: int, learner_id: int, event: str) -> None:
    """Send the event to each webhook that wants it, after the current transaction has been committed."""
    endpoints = WebhookEndpoint.objects.filter(team=team_id, events__contains=[event]).enabled().order_by("pk")
    body = learner_payload(event, learner_id, timezone.now())
    for endpoint in endpoints:
        WebhookDelivery.objects.create(team_id=team_id, endpoint=endpoint, event=event, body=body)
        enqueue_delivery(endpoint.pk)
