"""Reads of sources and deliveries."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import F
from django.db.models.fields.tuple_lookups import TupleLessThan

from helpdesk.teams.querysets import TeamQuerySet

if TYPE_CHECKING:
    from webhooks.models import Delivery, Source


class SourceQuerySet(TeamQuerySet["Source"]):
    """Sources."""

    def enabled(self) -> Self:
        """Those that take deliveries."""
        return self.filter(is_enabled=True)


class DeliveryQuerySet(TeamQuerySet["Delivery"]):
    """Deliveries."""

    def newest_first(self) -> Self:
        """In the order of the delivery log."""
        return self.order_by("-received_at", "-pk")

    def before(self, received_at: datetime, pk: int) -> Self:
        """The rows that follow this place in the delivery log."""
        return self.filter(TupleLessThan((F("received_at"), F("pk")), (received_at, pk)))

    def replayable(self) -> Self:
        """Those that made nothing so far."""
        from webhooks.models import Delivery

        return self.filter(outcome__in=[Delivery.Outcome.FAILED, Delivery.Outcome.IGNORED])

    def without_body(self) -> Self:
        """Without the raw bytes, which lists do not show."""
        return self.defer("body")
