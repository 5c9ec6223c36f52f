"""Counters keyed by people's addresses are deleted from the cache once they expire."""

import pytest
from django.core.cache import cache
from django.db import connection

from helpdesk.operations.tasks import forget_expired_cache

pytestmark = pytest.mark.django_db


def keys():
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        return {key.rpartition(":")[2] for (key,) in cursor.fetchall()}


def test_expired_entries_are_deleted_automatically():
    cache.set("tries-of-ana@example.com", 3, timeout=60)
    cache.set("tries-of-bela@example.com", 3, timeout=60)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cache SET expires = now() - interval '1 second' WHERE cache_key LIKE '%ana@%'")
    forget_expired_cache(0)
    assert "tries-of-ana@example.com" not in keys()
    assert "tries-of-bela@example.com" in keys()
