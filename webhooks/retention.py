"""How long the bodies of events are kept."""

from __future__ import annotations

from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.privacy.retention import Retained
from webhooks.claims import forget_bodies
from webhooks.models import Delivery


def due(team_id: int, before: datetime) -> QuerySet[Delivery]:
    """The team's deliveries by primary key, up to the first that still waits; `is_old` marks those that are due."""
    deliveries = Delivery.objects.filter(team=team_id)
    waiting = deliveries.filter(outcome=Delivery.Outcome.WAITING).order_by("pk").values_list("pk", flat=True).first()
    if waiting is not None:
        deliveries = deliveries.filter(pk__lt=waiting)
    is_old = ExpressionWrapper(Q(received_at__lt=before), output_field=BooleanField())
    return deliveries.annotate(is_old=is_old).order_by("pk")


def forget(pks: list[int]) -> None:
    """Empty these deliveries; their rows stay, so that the same events are recognised when they are sent again."""
    forget_bodies(pks, Delivery.Problem.EXPIRED)


RETAINED = [
    Retained(
        "deliveries",
        _("Contents of events from Eduzz"),
        _("The events as Eduzz sent them. Without its content, one that failed cannot be tried again."),
        180,
        due,
        forget,
        is_walk=True,
    )
]
