"""Events about a learner and a course as a whole."""

from __future__ import annotations

from webhooks.events import Event
from webhooks.handlers import handles
from webhooks.handlers.records import Kind, Records

MOST_DAYS = 100_000


@handles("nutror.certificate_viewed", "nutror.community_viewed")
def record_visit(records: Records, event: Event) -> None:
    """The learner opened the certificate or the community."""
    records.record_activity(event, event.name.removeprefix("nutror."))


@handles("nutror.inactive_student")
def record_inactivity(records: Records, event: Event) -> None:
    """The learner was inactive for a number of days."""
    records.record_activity(
        event,
        Kind.INACTIVE_STUDENT,
        inactive_days=event.number("course.inactiveDays", largest=MOST_DAYS),
    )
