"""Telling receivers what became of a learner whose data they have: by key, so that nothing new is given away."""

from __future__ import annotations

from django.utils import timezone

from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.payloads import learner_payload
from helpdesk.integrations.send_jobs import enqueue_delivery


def tell_receivers(team_id: int, learner_id: int, event: str) -> None:
    """Have it sent to each webhook that wants it, once the current transaction is through."""
    endpoints = WebhookEndpoint.objects.filter(team=team_id, events__contains=[event]).enabled().order_by("pk")
    body = learner_payload(event, learner_id, timezone.now())
    for endpoint in endpoints:
        WebhookDelivery.objects.create(team_id=team_id, endpoint=endpoint, event=event, body=body)
        enqueue_delivery(endpoint.pk)
