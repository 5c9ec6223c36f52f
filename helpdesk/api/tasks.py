"""Jobs of the API."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from helpdesk.api.idempotency import KEPT_HOURS
from helpdesk.api.models import IdempotentRequest


@app.periodic(cron="41 * * * *")
@app.task(name="api.forget_idempotent_requests", queueing_lock="api.forget_idempotent_requests")
def forget_idempotent_requests(timestamp: int) -> None:
    """Answers are kept for a day; then a key counts as new."""
    before = timezone.now() - timedelta(hours=KEPT_HOURS)
    IdempotentRequest.objects.filter(created_at__lt=before).delete()
