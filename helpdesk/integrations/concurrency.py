"""Limits the number of concurrent requests, so that one team's slow receivers do not occupy all workers.

Slots are transaction-level advisory locks, so they are released even if a worker dies.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.db import connection

from helpdesk.integrations.models import WebhookEndpoint

SLOTS = 2  # per team and per receiver; receivers whose last attempt failed share the first slot

TRY_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))"


def acquire_slots(endpoint: WebhookEndpoint) -> bool:
    """Hold a slot of the endpoint's team and one of its receiver until the transaction ends; False if none is free."""
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
