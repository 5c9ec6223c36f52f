"""For how long the log of outgoing webhooks goes back."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.integrations.disclosures import note_disclosures
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery
from helpdesk.privacy.retention import Retained


def due(team_id: int, before: datetime) -> QuerySet[WebhookDelivery]:
    """The team's deliveries that are older than this, the oldest first."""
    return WebhookDelivery.objects.filter(team=team_id, created_at__lt=before).order_by("created_at", "pk")


def forget(pks: list[int]) -> None:
    """Delete them with their attempts; who got data of whom stays."""
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
