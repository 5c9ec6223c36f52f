"""The migrations to review, and to run alongside the previous version: those added after those deployed everywhere."""

from django.db.migrations.loader import MigrationLoader

# The last ones not reviewed: they were deployed everywhere before this test existed, or have tests of their own.
READ_AFTER = {
    "api": 5, "audit": 5, "bulk": 10, "conversations": 25, "courses": 20, "inbox": 0, "integrations": 11,
    "notifications": 6, "operations": 2, "privacy": 4, "reports": 2, "teams": 16, "tickets": 42, "webhooks": 17,
    "workspace": 0,
}  # fmt: skip
LOADER = MigrationLoader(None)


def _number_of(name: str) -> int:
    return int(name[:4])


NEW = sorted(key for key in LOADER.disk_migrations if key[0] in READ_AFTER and _number_of(key[1]) > READ_AFTER[key[0]])
