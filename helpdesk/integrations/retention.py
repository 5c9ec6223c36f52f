"""How long the log of outgoing webhooks is kept."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.integrations.disclosures import note_disclosures
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery
from helpdesk.privacy.retention import Retained


def due(team_id: int, before: datetime) -> QuerySet[WebhookDelivery]:
    """The team's deliveries from before this time, oldest first."""
    return WebhookDelivery.objects.filter(team=team_id, created_at__lt=before).order_by("created_at", "pk")


def forget(pks: list[int]) -> None:
    """Delete the deliveries with their attempts; who received which learners' data is kept."""
    note_disclosures(DeliveryAttempt.objects.filter(delivery__in=pks))
    WebhookDelivery.objects.filter(pk__in=pks).delete()


RETAINED = [
    Retained(
        "webhook_log",
        _("Log of outgoing webhooks"),
        _("What was sent to the programs that you connected, and how they answered."),
        30,
        due,
        forget,
    )
]
