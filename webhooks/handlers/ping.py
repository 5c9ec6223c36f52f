"""The sender's test of the connection."""

from __future__ import annotations

from django.db.models.functions import Coalesce

from webhooks.events import Event
from webhooks.handlers import handles
from webhooks.models import Source


@handles("ping")
def verify_source(source: Source, event: Event) -> None:
    """An authentic ping proves that address and key fit together."""
    Source.objects.filter(pk=source.pk).update(
        verified_at=Coalesce("verified_at", event.received_at), last_ping_at=event.received_at
    )
