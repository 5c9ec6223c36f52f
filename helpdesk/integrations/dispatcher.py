"""Sending what is due to a subscription.

One request at a time goes to a subscription, the oldest event first: receivers learn of things in the order in which
they happened. Few at a time go out for a team and to a receiver (places.py), so that teams do not wait for each
other's slow ones. A delivery that was answered with an error is tried again later without holding up those behind it.
A receiver that does not answer at all, or slowly, or asks for it, is left alone for a while; what is due waits, and
loses no attempt by it.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from enum import Enum
from random import Random

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from helpdesk.integrations.http_client import ReceiverResponse, Sender, sender
from helpdesk.integrations.models import DeliveryAttempt, Subscription, SubscriptionDelivery, timestamp_of
from helpdesk.integrations.places import take_places
from helpdesk.integrations.send_jobs import enqueue_delivery, wait_for_place
from helpdesk.integrations.signature import sign
from helpdesk.operations.clock import database_now
from helpdesk.teams.models import Membership
from helpdesk.teams.roles import ROLES_THAT_MANAGE

State = SubscriptionDelivery.State
Reason = Subscription.DisabledReason

# How long after each failed attempt the next one is made, and a tenth of it more at random; a day and an hour in all.
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

# The timeout, longer than any request takes, ends the turn of a machine that vanished without closing its connection.
TAKE_TURN = """
    SELECT pg_try_advisory_xact_lock(hashtextextended('integrations.subscription', %s)),
        set_config('idle_in_transaction_session_timeout', '60s', true)
"""
RUN_SECONDS = 10  # then the other jobs have their turn
SLOW = timedelta(seconds=2)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
_random = Random()


class Turn(Enum):
    """What became of looking after a subscription once."""

    USED = "used"
    TAKEN = "taken by another job"
    NO_PLACE = "no place for a request"


def send_due(subscription_id: int) -> None:
    """Send what is due, for as long as a run may last; what is left then is another job's.

    A job that finds another one sending to the subscription has nothing to do: that one looks for what is due once
    more after its turn, and so finds what this job was for.
    """
    ends_at = time.monotonic() + RUN_SECONDS
    with sender() as connected:
        while Subscription.objects.sending().with_due().filter(pk=subscription_id).exists():
            if time.monotonic() > ends_at:
                enqueue_delivery(subscription_id)
                return
            turn = _send_next(subscription_id, connected)
            if turn == Turn.NO_PLACE:
                wait_for_place(subscription_id)
            if turn != Turn.USED:
                return


@transaction.atomic
def _send_next(subscription_id: int, connected: Sender) -> Turn:
    """Send the next delivery and keep what came of it.

    The turn is a lock of the transaction, which no row waits for, and which ends with its worker however that ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [subscription_id])
        has_turn, _timeout = cursor.fetchone()
    if not has_turn:
        return Turn.TAKEN
    subscription = Subscription.objects.sending().filter(pk=subscription_id).first()
    delivery = subscription and subscription.deliveries.due().first()
    if subscription and delivery:
        if not take_places(subscription):
            return Turn.NO_PLACE
        answer = _attempt(subscription, delivery, connected)
        now = database_now()  # by which it is told what is due
        state = _keep(delivery, answer, now)
        _keep_health(subscription, answer, now, is_given_up=state == State.FAILED)
    return Turn.USED


def _attempt(subscription: Subscription, delivery: SubscriptionDelivery, connected: Sender) -> ReceiverResponse:
    now, body = database_now(), delivery.body.encode()
    timestamp = timestamp_of(now)
    signature = sign(delivery.webhook_id, timestamp, body, subscription.live_secrets)
    headers: dict[bytes | str, bytes | str] = {
        "webhook-id": delivery.webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature,
    }
    answer = connected.send(subscription.url, body, headers)
    DeliveryAttempt.objects.create(
        team_id=delivery.team_id,
        delivery=delivery,
        url=subscription.url,
        at=now,
        signature=signature,
        duration_ms=answer.duration_ms,
        status_code=answer.status_code,
        answer=answer.answer,
        problem=answer.problem,
        details=answer.details,
    )
    return answer


def _keep(delivery: SubscriptionDelivery, answer: ReceiverResponse, now: datetime) -> SubscriptionDelivery.State:
    """What follows from the answer for the delivery; returns its state."""
    attempts = delivery.attempts + 1
    state, next_attempt_at = State.DELIVERED, None
    if answer.status_code == GONE or (answer.problem and attempts > len(RETRY_DELAYS)):
        state = State.FAILED
    elif answer.problem:
        delay = RETRY_DELAYS[attempts - 1] * _random.uniform(1, 1.1)
        state, next_attempt_at = State.PENDING, now + max(delay, answer.retry_after)
    SubscriptionDelivery.objects.filter(pk=delivery.pk, state=State.PENDING).update(
        state=state, attempts=attempts, next_attempt_at=next_attempt_at
    )
    if next_attempt_at:
        enqueue_delivery(delivery.subscription_id, next_attempt_at)
    return state


def _keep_health(subscription: Subscription, answer: ReceiverResponse, now: datetime, *, is_given_up: bool) -> None:
    """What follows from the answer for the subscription."""
    failing_since = (subscription.failing_since or now) if answer.problem else None
    pause = _pause(answer, now - failing_since if failing_since else timedelta(0))
    paused_until = now + pause if pause else None
    if (failing_since, paused_until) != (subscription.failing_since, subscription.paused_until):
        Subscription.objects.filter(pk=subscription.pk).update(failing_since=failing_since, paused_until=paused_until)
    if paused_until:
        enqueue_delivery(subscription.pk, paused_until)
    if answer.status_code == GONE:
        disable(subscription, Reason.GONE)
    elif is_given_up and failing_since and failing_since <= now - DISABLED_AFTER:
        disable(subscription, Reason.FAILING)


def _pause(answer: ReceiverResponse, failing_for: timedelta) -> timedelta:
    """For how long the receiver is left alone after this answer."""
    if not answer.has_come:
        return min(max(failing_for / 10, SHORTEST_PAUSE), LONGEST_PAUSE)
    took = timedelta(milliseconds=answer.duration_ms)
    return max(3 * took if took > SLOW else timedelta(0), answer.retry_after)


@transaction.atomic
def disable(subscription: Subscription, reason: Subscription.DisabledReason) -> None:
    """Send nothing more; where no person has decided that, tell those who can mend it by e-mail."""
    changed = (
        Subscription.objects.enabled()
        .filter(pk=subscription.pk)
        .update(disabled_at=timezone.now(), disabled_reason=reason)
    )
    if not changed or reason == Reason.SWITCHED_OFF:
        return
    managers = Membership.objects.filter(
        team=subscription.team_id, role__in=ROLES_THAT_MANAGE, user__is_active=True
    ).values_list("pk", flat=True)
    for membership_id in managers:
        app.configure_task("integrations.send_disabled_email").defer(
            subscription_id=subscription.pk, membership_id=membership_id
        )
