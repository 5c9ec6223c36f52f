"""Reads of subscriptions and deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q
from django.utils import timezone

from helpdesk.teams.querysets import TeamQuerySet

if TYPE_CHECKING:
    from helpdesk.integrations.models import Subscription, SubscriptionDelivery


class SubscriptionQuerySet(TeamQuerySet["Subscription"]):
    """Subscriptions."""

    def enabled(self) -> Self:
        """Those that are sent what happens."""
        return self.filter(disabled_at__isnull=True)


class SubscriptionDeliveryQuerySet(TeamQuerySet["SubscriptionDelivery"]):
    """Deliveries."""

    def newest_first(self) -> Self:
        """In the order of the log."""
        return self.order_by("-pk")

    def before(self, pk: int) -> Self:
        """The rows that follow this one in the log."""
        return self.filter(pk__lt=pk)

    def due(self) -> Self:
        """Those to be sent now, in the order in which they came about."""
        now = timezone.now()
        is_open = Q(subscription__paused_until__isnull=True) | Q(subscription__paused_until__lte=now)
        return self.filter(
            is_open, state="pending", next_attempt_at__lte=now, subscription__disabled_at__isnull=True
        ).order_by("pk")

    def without_body(self) -> Self:
        """Without the payload, which lists do not show."""
        return self.defer("body")
