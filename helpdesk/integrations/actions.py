"""What people do with subscriptions: make, change, rotate the secret, switch off and on, delete, test, resend."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.integrations.dispatcher import disable
from helpdesk.integrations.events import TEST
from helpdesk.integrations.models import Subscription, SubscriptionDelivery
from helpdesk.integrations.payloads import test_payload
from helpdesk.integrations.send_jobs import enqueue_delivery
from helpdesk.integrations.signature import new_secret
from helpdesk.teams.models import Membership, Team

MOST_SUBSCRIPTIONS = 20
BOTH_SECRETS_FOR = timedelta(hours=24)


class SubscriptionRefused(Exception):
    """It cannot be done; the text says why, to a person."""


@transaction.atomic
def create_subscription(by: Membership, subscription: Subscription) -> Subscription:
    """Store a new one of this member's team. Raises SubscriptionRefused where there are too many."""
    Team.objects.select_for_update(no_key=True).only("pk").get(pk=by.team_id)
    if Subscription.objects.for_team(by.team).count() >= MOST_SUBSCRIPTIONS:
        raise SubscriptionRefused(
            _("A team has at most %(most)s webhooks. Delete one that is not used.") % {"most": MOST_SUBSCRIPTIONS}
        )
    subscription.team, subscription.created_by = by.team, by.user
    subscription.save()
    return subscription


@transaction.atomic
def rotate_secret(subscription: Subscription) -> None:
    """Make a new secret; for a day the one until now signs beside it, so that the receiver can change over."""
    subscription.refresh_from_db(from_queryset=Subscription.objects.select_for_update(no_key=True))
    subscription.previous_secret = subscription.secret
    subscription.previous_secret_until = timezone.now() + BOTH_SECRETS_FOR
    subscription.secret = new_secret()
    subscription.save(update_fields=["secret", "previous_secret", "previous_secret_until"])


def switch_off(subscription: Subscription) -> None:
    """Send nothing until it is switched on; what happens meanwhile is not sent later."""
    disable(subscription, Subscription.DisabledReason.SWITCHED_OFF)


@transaction.atomic
def switch_on(subscription: Subscription) -> None:
    """Send again, beginning with what was waiting when it was disabled."""
    Subscription.objects.filter(pk=subscription.pk).update(
        disabled_at=None, disabled_reason="", failing_since=None, paused_until=None
    )
    enqueue_delivery(subscription.pk)


def delete_subscription(subscription: Subscription) -> None:
    """Delete it with its log."""
    switch_off(subscription)  # committed first, so that no change of a ticket waits for a long log to be deleted
    with transaction.atomic():
        locked = Subscription.objects.select_for_update().filter(pk=subscription.pk).first()
        if locked:
            locked.delete()


@transaction.atomic
def send_test(subscription: Subscription) -> SubscriptionDelivery:
    """Have a test event sent. Raises SubscriptionRefused while the subscription is disabled."""
    _require_enabled(subscription)
    delivery = SubscriptionDelivery.objects.create(
        team_id=subscription.team_id,
        subscription=subscription,
        event=TEST,
        body=test_payload(timezone.now()),
    )
    _send_now(subscription)
    return delivery


@transaction.atomic
def resend(delivery: SubscriptionDelivery) -> None:
    """Have it sent once more at once, with all its retries. Raises SubscriptionRefused like `send_test`."""
    _require_enabled(delivery.subscription)
    SubscriptionDelivery.objects.filter(pk=delivery.pk).update(
        state=SubscriptionDelivery.State.PENDING, attempts=0, next_attempt_at=Now()
    )
    _send_now(delivery.subscription)


def _require_enabled(subscription: Subscription) -> None:
    if not Subscription.objects.enabled().filter(pk=subscription.pk).exists():
        raise SubscriptionRefused(_("The webhook is disabled. Switch it on first."))


def _send_now(subscription: Subscription) -> None:
    """A person who tries does not wait for a pause to be over."""
    Subscription.objects.filter(pk=subscription.pk, paused_until__isnull=False).update(paused_until=None)
    enqueue_delivery(subscription.pk)
