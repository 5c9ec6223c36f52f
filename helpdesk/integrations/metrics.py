"""What /metrics exposes about outgoing webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from helpdesk.operations.readings import Reading, count_recent, count_waiting


def read_webhooks() -> Iterator[Reading]:
    """How many deliveries are pending, the outcomes of recent attempts, and how many endpoints failed and were
    disabled.
    """
    pending = count_waiting(WebhookDelivery.objects.filter(state=WebhookDelivery.State.PENDING), "next_attempt_at")
    yield Reading("webhooks_waiting", "Webhooks that are still to be sent.", {(): pending.count})
    yield Reading("webhooks_overdue_seconds", "How long the oldest of them is due.", {(): pending.oldest_seconds})
    attempts = count_recent(DeliveryAttempt.objects.all(), "at", "problem")
    outcomes = {(problem or "delivered",): count for (problem,), count in attempts.items()}
    yield Reading("webhook_attempts_recent", "Attempts of the last five minutes, by outcome.", outcomes, ("outcome",))
    failing = WebhookEndpoint.objects.exclude(disabled_reason__in=["", "switched_off"]).count()
    yield Reading("webhook_endpoints_disabled", "Webhooks that were turned off for failing.", {(): failing})
