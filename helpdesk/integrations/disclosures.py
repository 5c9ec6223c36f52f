"""Which programs received which learners' data: read from the log, and recorded before parts of the log are deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.db.models import Max, Min, QuerySet

from helpdesk.integrations.models import DeliveryAttempt, Disclosure

AT_ONCE = 1_000  # rows


def note_disclosures(attempts: QuerySet[DeliveryAttempt]) -> None:
    """Record the disclosures in these attempts, which are about to be deleted, in the current transaction."""
    found: dict[tuple[int, str], Disclosure] = {}
    for team, learner, host, first, last in _answered_attempts(attempts):
        known = found.setdefault((learner, host), Disclosure(team_id=team, learner_id=learner, receiver=host))
        known.first_at = min(known.first_at or first, first)
        known.last_at = max(known.last_at or last, last)
    Disclosure.objects.bulk_create(
        [found[key] for key in sorted(found)],  # sorted, so that concurrent transactions cannot deadlock
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["learner", "receiver"],
        update_fields=["last_at"],  # earlier disclosures keep their first_at
    )


def informed_hosts(learner_id: int) -> dict[str, tuple[datetime, datetime]]:
    """The hosts that received a learner's data, each with the first and last time (UTC)."""
    attempts = DeliveryAttempt.objects.filter(delivery__ticket__learner=learner_id)
    kept = Disclosure.objects.filter(learner=learner_id).values_list("receiver", "first_at", "last_at")
    times = [*kept, *((host, first, last) for _team, _learner, host, first, last in _answered_attempts(attempts))]
    found: dict[str, tuple[datetime, datetime]] = {}
    for host, first, last in times:
        earliest, latest = found.get(host, (first, last))
        found[host] = min(earliest, first), max(latest, last)
    return found


def _answered_attempts(attempts: QuerySet[DeliveryAttempt]) -> Iterable[tuple[int, int, str, datetime, datetime]]:
    """First and last time by team, learner and host. After any response, even an error, the receiver has the data."""
    answered = attempts.filter(status_code__isnull=False, delivery__ticket__isnull=False).order_by()
    grouped = answered.values_list("delivery__team_id", "delivery__ticket__learner_id", "url")
    for team, learner, url, first, last in grouped.annotate(first=Min("at"), last=Max("at")):
        yield team, learner, urlsplit(url).hostname or "", first, last
