"""The jobs of this room; `manage.py worker` runs them."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from helpdesk.audit.models import KEPT_DAYS, AuditEvent
from helpdesk.audit.retention import forget

KEPT = timedelta(days=KEPT_DAYS)
FORGOTTEN_AT_ONCE = 500  # rows per transaction


@app.periodic(cron="51 3 * * *")
@app.task(name="audit.forget_events_of_operator", queueing_lock="audit.forget_events_of_operator")
def forget_events_of_operator(timestamp: int = 0) -> None:
    """Delete old events without a team, for which no team can set how long they are kept."""
    old = AuditEvent.objects.filter(team=None, created_at__lt=timezone.now() - KEPT).order_by("created_at", "pk")
    while pks := list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        with transaction.atomic():
            forget(pks)
