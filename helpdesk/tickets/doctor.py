"""The doctor's check of everything that follows events: webhooks, notifications, first replies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.operations.clock import database_now
from helpdesk.operations.doctor.findings import Finding, ok, warn
from helpdesk.tickets.models import TicketEvent
from helpdesk.ui.capped_counts import capped_label, count_up_to

LATE = timedelta(minutes=5)
COUNTED_AT_MOST = 1_000


def check_subscribers() -> Iterator[Finding]:
    """Whether events are published, and whether all subscribers could handle them."""
    subject = _("ticket history")
    oldest = TicketEvent.objects.filter(position__isnull=True).order_by("pk").first()
    failed = ProcrastinateJob.objects.filter(task_name="tickets.notify_subscriber", status="failed")
    count = count_up_to(failed, COUNTED_AT_MOST)
    is_late = oldest is not None and oldest.created_at < database_now() - LATE
    if is_late:
        yield warn(
            subject,
            _("Events are waiting to be published, so webhooks and notifications are late. Nothing is lost."),
            _("Check that a worker is running, and read its log."),
        )
    if count:
        yield warn(
            subject,
            ngettext(
                "%(count)s event could not be handled by webhooks, notifications or first replies, for eight hours.",
                "%(count)s events could not be handled by webhooks, notifications or first replies, for eight hours.",
                count,
            )
            % {"count": capped_label(count, COUNTED_AT_MOST)},
            _("The jobs “tickets.notify_subscriber” in the admin name them, and the worker’s log says why."),
        )
    if not count and not is_late:
        yield ok(subject, _("Webhooks, notifications and first replies are up to date."))
