"""What /metrics exposes about the intake and waiting events."""

from __future__ import annotations

from collections.abc import Iterator

from helpdesk.operations.instruments import Counter
from helpdesk.operations.readings import COUNTED_AT_MOST, Reading, count_recent
from webhooks import health
from webhooks.models import Delivery, UnverifiedDelivery

INTAKE = Counter("intake", "Requests of Eduzz, by what they were answered.", ("outcome",))


def read_deliveries() -> Iterator[Reading]:
    """How many events wait and for how long, the outcomes of recent ones, and how many are in quarantine."""
    state = health.check()
    yield Reading("deliveries_waiting", "Events that wait to be processed.", {(): state["waiting"]})
    yield Reading(
        "deliveries_oldest_waiting_seconds", "How long the oldest of them waits.", {(): state["oldest_seconds"]}
    )
    recent = count_recent(Delivery.objects.all(), "received_at", "outcome")
    yield Reading("deliveries_recent", "Events of the last five minutes, by outcome.", recent, ("outcome",))
    quarantined = UnverifiedDelivery.objects.all()[:COUNTED_AT_MOST].count()
    yield Reading("deliveries_quarantined", "Signed events that fit no key.", {(): quarantined})
