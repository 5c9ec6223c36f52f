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

    def sending(self) -> Self:
        """Those that are sent what is due now: enabled, and not left alone for a while."""
        is_left_alone = Q(paused_until__gt=timezone.now())
        return self.enabled().exclude(is_left_alone)


class SubscriptionDeliveryQuerySet(TeamQuerySet["SubscriptionDelivery"]):
    """Deliveries."""

    def newest_first(self) -> Self:
        """In the order of the log."""
        return self.order_by("-pk")

    def before(self, pk: int) -> Self:
        """The rows that follow this one in the log."""
        return self.filter(pk__lt=pk)

    def due(self) -> Self:
        """Those whose time has come, in the order in which they came about."""
        from helpdesk.integrations.models import SubscriptionDelivery

        return self.filter(state=SubscriptionDelivery.State.PENDING, next_attempt_at__lte=timezone.now()).order_by("pk")

    def without_body(self) -> Self:
        """Without the payload, which lists do not show."""
        return self.defer("body")
