"""The background jobs of reports."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from helpdesk.reports.summaries import summarize_due

LONGEST = timedelta(seconds=20)  # time limit of one job, so that others get their turn


@app.periodic(cron="* * * * *")
@app.task(name="reports.summarize_due", queueing_lock="reports.summarize_due")
def summarize_due_days(timestamp: int = 0) -> None:
    """Summarize past days, and those that have changed."""
    summarize_due(timezone.now() + LONGEST)
