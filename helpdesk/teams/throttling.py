"""Limits wrong passwords, counted in the database for all processes.

The limits for a whole IP address, or a whole account, do not apply if somebody has logged in to this account from this
address before, so that people are not blocked because of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from helpdesk.teams.models import AccountEvent

WINDOW = timedelta(minutes=5)  # for one account from one address
MOST_OF_BOTH = 5
LONG_WINDOW = timedelta(hours=1)  # for a whole account, or a whole address
MOST_OF_ACCOUNT = 30
MOST_OF_ADDRESS = 100

TAKE_TURN = """
    SELECT pg_advisory_xact_lock(key)
    FROM (SELECT hashtextextended('teams.throttling ' || name, 0) AS key FROM unnest(%s::text[]) name ORDER BY key) keys
"""


@contextmanager
def taking_turns(*names: str) -> Iterator[None]:
    """A transaction that locks these names, so that simultaneous attempts are counted one after the other."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(TAKE_TURN, [list(names)])
        yield


def may_try_password(email: str, address: str) -> bool:
    """Whether a password for this account from this address is checked at all."""
    now = timezone.now()
    recent = AccountEvent.objects.failures_since(now - WINDOW).filter(email=email, address=address)
    if recent[:MOST_OF_BOTH].count() >= MOST_OF_BOTH:
        return False
    failures = AccountEvent.objects.failures_since(now - LONG_WINDOW)
    is_attacked = (
        failures.filter(email=email)[:MOST_OF_ACCOUNT].count() >= MOST_OF_ACCOUNT
        or failures.filter(address=address)[:MOST_OF_ADDRESS].count() >= MOST_OF_ADDRESS
    )
    return not is_attacked or is_known_address(email, address)


def is_known_address(email: str, address: str) -> bool:
    """Whether anybody has logged in to this account from this IP address before."""
    return AccountEvent.objects.filter(user__email=email, address=address, kind=AccountEvent.Kind.LOGGED_IN).exists()
