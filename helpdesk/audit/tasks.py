"""The jobs of this room; `manage.py worker` runs them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from helpdesk.audit.models import AuditEvent

KEPT = timedelta(days=2 * 365)
FORGOTTEN_AT_ONCE = 1_000  # rows
SAY_AT_WORK = "SELECT set_config('helpdesk.audit_retention', %s, true)"  # what the table's trigger asks for


@app.periodic(cron="51 3 * * *")
@app.task(name="audit.forget_old_events", queueing_lock="audit.forget_old_events")
def forget_old_events(timestamp: int = 0) -> None:
    """The log goes back for two years; the keys rise with the time, so that the oldest are at its beginning."""
    before = timezone.now() - KEPT
    while _forget_some(before):
        pass


def _forget_some(before: datetime) -> bool:
    """Whether there may be more."""
    first = AuditEvent.objects.order_by("pk").values_list("pk", "created_at")[:FORGOTTEN_AT_ONCE]
    old = [pk for pk, at in first if at < before]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SAY_AT_WORK, ["on"])
        AuditEvent.objects.filter(pk__in=old).delete()
        cursor.execute(SAY_AT_WORK, [""])
    return len(old) == FORGOTTEN_AT_ONCE
