"""Jobs of the API."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from helpdesk.api.framework.idempotency import KEPT_HOURS
from helpdesk.api.models import IdempotentRequest, RateWindow


@app.periodic(cron="41 * * * *")
@app.task(name="api.forget_idempotent_requests", queueing_lock="api.forget_idempotent_requests")
def forget_idempotent_requests(timestamp: int) -> None:
    """Delete responses older than KEPT_HOURS; afterwards their idempotency keys count as new."""
    before = timezone.now() - timedelta(hours=KEPT_HOURS)
    IdempotentRequest.objects.filter(created_at__lt=before).delete()


@app.periodic(cron="43 * * * *")
@app.task(name="api.forget_rate_windows", queueing_lock="api.forget_rate_windows")
def forget_rate_windows(timestamp: int) -> None:
    """Delete the rate windows of clients that have sent no requests for an hour."""
    RateWindow.objects.filter(started_at__lt=timezone.now() - timedelta(hours=1)).delete()
