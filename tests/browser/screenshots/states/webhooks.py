"""A webhook, and a log of two hours of deliveries."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.payloads import payloads_of
from helpdesk.integrations.signature import sign
from helpdesk.operations.outgoing.http_client import Problem
from helpdesk.teams.models import Team
from helpdesk.tickets.models import TicketEvent

State = WebhookDelivery.State
RECEIVER = "https://erp.escoladaana.example/helpdesk"
LOGGED, FAILED = 7, 2  # events, and the index of the one that was never accepted, counted from the oldest
BEGUN, BETWEEN, RETRIED = timedelta(hours=2), timedelta(minutes=16), timedelta(minutes=5)
NO_ANSWER = {"problem": Problem.TIMEOUT, "duration_ms": 10_004, "details": "10 s"}
REFUSED = {
    "problem": Problem.STATUS,
    "duration_ms": 212,
    "status_code": 500,
    "answer": '{"error": "database is locked"}',
}
TAKEN = {"duration_ms": 87, "status_code": 200, "answer": "ok"}


def endpoint(team: Team) -> WebhookEndpoint:
    """The webhook."""
    chosen = {"description": "ERP", "events": ["ticket.created", "ticket.status_changed"]}
    return WebhookEndpoint.objects.get_or_create(team=team, url=RECEIVER, defaults=chosen)[0]


def log_of(team: Team) -> str:
    """The path of the webhook with its log, in which one delivery failed."""
    receiver = endpoint(team)
    if not receiver.deliveries.filter(state=State.FAILED).exists():
        events = TicketEvent.objects.filter(team=team, kind=TicketEvent.Kind.CREATED).order_by("pk")[:LOGGED]
        for place, event in enumerate(events):
            attempts = [NO_ANSWER, REFUSED, NO_ANSWER, REFUSED] if place == FAILED else [TAKEN]
            _log(receiver, event, timezone.now() - BEGUN + place * BETWEEN, attempts)
    return f"integrations/{receiver.pk}/"


def failed_delivery(team: Team) -> str:
    """The path of the failed delivery."""
    return f"{log_of(team)}deliveries/{endpoint(team).deliveries.filter(state=State.FAILED)[0].pk}/"


def _log(receiver: WebhookEndpoint, event: TicketEvent, at: datetime, attempts: list[dict[str, Any]]) -> None:
    (body,) = payloads_of([event]).values()
    delivery = receiver.deliveries.create(
        team=receiver.team,
        ticket=event.ticket,
        event="ticket.created",
        body=body,
        state=State.DELIVERED if attempts == [TAKEN] else State.FAILED,
        attempts=len(attempts),
        next_attempt_at=None,
        created_at=at,
    )
    for number, attempt in enumerate(attempts):
        tried = at + number * RETRIED
        signature = sign(delivery.webhook_id, int(tried.timestamp()), body.encode(), receiver.live_secrets)
        DeliveryAttempt.objects.create(
            team=receiver.team, delivery=delivery, url=RECEIVER, at=tried, signature=signature, **attempt
        )
