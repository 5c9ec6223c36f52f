"""The doctor's check of the summaries for reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from helpdesk.operations.clock import database_now
from helpdesk.operations.doctor.findings import Finding, ok, warn
from helpdesk.reports.models import StaleMoment
from helpdesk.reports.summaries import due_days
from helpdesk.teams.models import Team

LATE = timedelta(minutes=15)
MANY = 3  # days without a summary beyond which reports of a year become slow


def check_summaries() -> Iterator[Finding]:
    """Whether the worker keeps up with summarizing days; if not, reports are slower but still right."""
    subject = _("summaries")
    due = sum(1 for team in Team.objects.all() for _day in due_days(team))
    is_late = StaleMoment.objects.filter(marked_at__lt=database_now() - LATE).exists()
    if due <= MANY and not is_late:
        yield ok(subject, _("All past days are summarized for reports."))
        return
    yield warn(
        subject,
        _("%d days are not summarized yet. Reports are correct, but with many tickets they take seconds.") % due,
        _("Check that a worker is running: it summarizes them, a hundred or more a minute."),
    )
