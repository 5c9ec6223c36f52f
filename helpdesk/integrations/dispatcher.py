"""Sends the due deliveries of an endpoint.

An endpoint gets one request at a time, oldest event first, so that receivers learn of events in order. The number of
concurrent requests per team and per receiver is limited (concurrency.py), so that teams do not wait for each other's
slow receivers. A delivery that got an error response is retried later, without holding up those behind it. A receiver
that does not respond, responds slowly or asks for it, gets a pause: its due deliveries wait, without losing an attempt.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from enum import Enum
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from helpdesk.integrations.concurrency import acquire_slots
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint, timestamp_of
from helpdesk.integrations.send_jobs import enqueue_delivery, wait_for_slot
from helpdesk.integrations.signature import sign
from helpdesk.operations.clock import database_now
from helpdesk.operations.outgoing.http_client import ReceiverResponse, Sender, sender
from helpdesk.teams.models import Membership

State = WebhookDelivery.State
Reason = WebhookEndpoint.DisabledReason

# The delay after each failed attempt, plus up to 10 % at random; about 25 hours in all.
RETRY_DELAYS = [
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=14),
]
DISABLED_AFTER = timedelta(days=1)
GONE = 410

# The timeout, which is longer than any request takes, releases the lock of a machine that vanished without closing its
# connection.
TAKE_TURN = """
    SELECT pg_try_advisory_xact_lock(hashtextextended('integrations.subscription', %s)),
        set_config('idle_in_transaction_session_timeout', '60s', true)
"""
RUN_SECONDS = 10  # then other jobs get a turn
SLOW = timedelta(seconds=2)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
_random = Random()


class TurnResult(Enum):
    """What happened when a job tried to send an endpoint's next delivery."""

    USED = "used"
    TAKEN = "taken by another job"
    NO_SLOT = "no free slot"


def send_due_deliveries(endpoint_id: int) -> None:
    """Send the endpoint's due deliveries for up to RUN_SECONDS; another job continues with the rest.

    A job that finds another one sending to the endpoint stops: the other one looks for due deliveries again after its
    turn, and so finds what this job was for.
    """
    ends_at = time.monotonic() + RUN_SECONDS
    with sender(allows_private=settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES) as connected:
        while WebhookEndpoint.objects.sending().with_due().filter(pk=endpoint_id).exists():
            if time.monotonic() > ends_at:
                enqueue_delivery(endpoint_id)
                return
            turn = _send_next(endpoint_id, connected)
            if turn == TurnResult.NO_SLOT:
                wait_for_slot(endpoint_id)
            if turn != TurnResult.USED:
                return


@transaction.atomic
def _send_next(endpoint_id: int, connected: Sender) -> TurnResult:
    """Send the next delivery and store the result.

    An advisory lock ensures that only one job sends to the endpoint; nothing waits for it, and it is released even if
    the worker dies.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [endpoint_id])
        has_turn, _timeout = cursor.fetchone()
    if not has_turn:
        return TurnResult.TAKEN
    endpoint = WebhookEndpoint.objects.sending().filter(pk=endpoint_id).first()
    delivery = endpoint and endpoint.deliveries.due().first()
    if endpoint and delivery:
        if not acquire_slots(endpoint):
            return TurnResult.NO_SLOT
        response = _attempt(endpoint, delivery, connected)
        now = database_now()  # the clock that decides what is due
        state = _store_outcome(delivery, response, now)
        _store_health(endpoint, response, now, is_given_up=state == State.FAILED)
    return TurnResult.USED


def _attempt(endpoint: WebhookEndpoint, delivery: WebhookDelivery, connected: Sender) -> ReceiverResponse:
    now, body = database_now(), delivery.body.encode()
    timestamp = timestamp_of(now)
    signature = sign(delivery.webhook_id, timestamp, body, endpoint.live_secrets)
    headers: dict[bytes | str, bytes | str] = {
        "webhook-id": delivery.webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }
    response = connected.send(endpoint.url, body, headers)
    DeliveryAttempt.objects.create(
        team_id=delivery.team_id,
        delivery=delivery,
        url=endpoint.url,
        at=now,
        signature=signature,
        duration_ms=response.duration_ms,
        status_code=response.status_code,
        answer=response.answer,
        problem=response.problem,
        details=response.details,
    )
    return response


def _store_outcome(delivery: WebhookDelivery, response: ReceiverResponse, now: datetime) -> WebhookDelivery.State:
    """Store what the response means for the delivery; returns its new state."""
    attempts = delivery.attempts + 1
    state, next_attempt_at = State.DELIVERED, None
    if response.status_code == GONE or (response.problem and attempts > len(RETRY_DELAYS)):
        state = State.FAILED
    elif response.problem:
        delay = RETRY_DELAYS[attempts - 1] * _random.uniform(1, 1.1)
        state, next_attempt_at = State.PENDING, now + max(delay, response.retry_after)
    WebhookDelivery.objects.filter(pk=delivery.pk, state=State.PENDING).update(
        state=state, attempts=attempts, next_attempt_at=next_attempt_at
    )
    if next_attempt_at:
        enqueue_delivery(delivery.endpoint_id, next_attempt_at)
    return state


def _store_health(endpoint: WebhookEndpoint, response: ReceiverResponse, now: datetime, *, is_given_up: bool) -> None:
    """Store what the response means for the endpoint."""
    failing_since = (endpoint.failing_since or now) if response.problem else None
    pause = _pause(response, now - failing_since if failing_since else timedelta(0))
    paused_until = now + pause if pause else None
    if (failing_since, paused_until) != (endpoint.failing_since, endpoint.paused_until):
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=failing_since, paused_until=paused_until)
    if paused_until:
        enqueue_delivery(endpoint.pk, paused_until)
    if response.status_code == GONE:
        disable(endpoint, Reason.GONE)
    elif is_given_up and failing_since and failing_since <= now - DISABLED_AFTER:
        disable(endpoint, Reason.FAILING)


def _pause(response: ReceiverResponse, failing_for: timedelta) -> timedelta:
    """How long the receiver gets no requests after this response."""
    if not response.has_come:
        return min(max(failing_for / 10, SHORTEST_PAUSE), LONGEST_PAUSE)
    took = timedelta(milliseconds=response.duration_ms)
    return max(3 * took if took > SLOW else timedelta(0), response.retry_after)


@transaction.atomic
def disable(endpoint: WebhookEndpoint, reason: WebhookEndpoint.DisabledReason) -> None:
    """Stop sending to the endpoint; unless a person did it, e-mail those who can manage it."""
    changed = (
        WebhookEndpoint.objects.enabled()
        .filter(pk=endpoint.pk)
        .update(disabled_at=timezone.now(), disabled_reason=reason)
    )
    if not changed or reason == Reason.SWITCHED_OFF:
        return
    managers = Membership.objects.able_to_manage().filter(team=endpoint.team_id)
    for membership_id in managers.values_list("pk", flat=True):
        app.configure_task("integrations.send_disabled_email").defer(
            endpoint_id=endpoint.pk, membership_id=membership_id
        )
