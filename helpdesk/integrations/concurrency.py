"""How many requests may be on their way at a time, so that nobody's slow receivers take up everybody's worker.

Slots are locks of the transaction in which a request is made, and so end with their worker however that ends.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import connection

from helpdesk.integrations.models import WebhookEndpoint

SLOTS = 2  # of each team, and of each receiver; those that failed the last time share the first one

TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))"


def acquire_slots(endpoint: WebhookEndpoint) -> bool:
    """Hold a slot of its team and one of its receiver until the transaction ends; False where all are taken."""
    count = 1 if endpoint.failing_since else SLOTS
    receiver = urlsplit(endpoint.url).netloc.lower()
    return _acquire(f"integrations.team.{endpoint.team_id}", count) and _acquire(f"integrations.at.{receiver}", count)


def _acquire(name: str, count: int) -> bool:
    with connection.cursor() as cursor:
        for slot in range(count):
            cursor.execute(TRY_LOCK, [name, slot])
            if cursor.fetchone()[0]:
                return True
    return False
