"""Querysets of endpoints and deliveries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.ui.keyset import Order

if TYPE_CHECKING:
    from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint

NEWEST_FIRST = Order(("id",), is_descending=True)
# The ORM has no such lock. It keeps an endpoint from being deleted before the deliveries that refer to it are inserted;
# only deletions wait for it.
FIND_RECEIVERS = """
    SELECT id, team_id, events FROM integrations_subscription
    WHERE team_id = ANY(%s) AND disabled_at IS NULL ORDER BY id FOR KEY SHARE
"""


class WebhookEndpointQuerySet(TeamQuerySet["WebhookEndpoint"]):
    """Queries on the webhooks that teams have set up."""

    def enabled(self) -> Self:
        """Endpoints that are not disabled, even if they are paused."""
        return self.filter(disabled_at__isnull=True)

    def sending(self) -> Self:
        """Endpoints to which due deliveries are sent now: enabled and not paused."""
        is_open = Q(paused_until__isnull=True) | Q(paused_until__lte=Now())
        return self.enabled().filter(is_open)

    def receivers(self, team_ids: Collection[int]) -> list[tuple[int, int, list[str]]]:
        """Primary key, team and events of these teams' enabled endpoints, locked until the transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute(FIND_RECEIVERS, [list(team_ids)])
            found: list[tuple[int, int, list[str]]] = cursor.fetchall()
        return found

    def with_due(self, *, before: datetime | None = None) -> Self:
        """Endpoints with a delivery that is due now or was due before this time."""
        from helpdesk.integrations.models import WebhookDelivery

        due = WebhookDelivery.objects.due(before).filter(endpoint=OuterRef("pk")).order_by()
        return self.filter(Exists(due))

    def with_has_delivered(self) -> Self:
        """Annotate `has_delivered`: whether the log contains a successful delivery."""
        from helpdesk.integrations.models import WebhookDelivery

        arrived = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), state=WebhookDelivery.State.DELIVERED)
        return self.annotate(has_delivered=Exists(arrived))


class WebhookDeliveryQuerySet(TeamQuerySet["WebhookDelivery"]):
    """Queries on the deliveries to webhooks, waiting ones and past ones."""

    def newest_first(self) -> Self:
        """The newest first, by when they were enqueued."""
        return NEWEST_FIRST.sort(self)

    def due(self, before: datetime | None = None) -> Self:
        """Deliveries that are due now or were due before this time, in order of creation."""
        from helpdesk.integrations.models import WebhookDelivery

        return self.filter(state=WebhookDelivery.State.PENDING, next_attempt_at__lte=before or Now()).order_by("pk")

    def without_body(self) -> Self:
        """Without the payload, which lists do not show."""
        return self.defer("body")
