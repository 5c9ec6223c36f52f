"""Checks of the database: version, extensions, migrations, keys, clock."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _

from helpdesk.operations.clock import database_now, is_synchronized
from helpdesk.operations.database_errors import DATABASE_IS_AWAY, first_line
from helpdesk.operations.doctor.findings import Finding, fail, ok, warn
from helpdesk.operations.encryption import fields_of_another_key
from helpdesk.operations.postgresql.catalog import EXTENSIONS, IS_CLIENT_SESSION
from helpdesk.operations.start_checks import is_migrated

OLDEST = 16  # as in README.md
CLOCKS_APART, CLOCKS_FAR_APART = 2.0, 30.0  # seconds
CONNECTIONS_FULL = 0.8  # share of max_connections
CONNECTIONS = f"""
    SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity WHERE {IS_CLIENT_SESSION}
"""  # noqa: S608 - of constants


def check_database() -> Iterator[Finding]:
    """Whether it answers, and whether its version, extensions and limits are sufficient."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT version(), current_setting('server_version_num')::int / 10000")
            words, version = cursor.fetchone()
            cursor.execute("SHOW transaction_read_only")
            is_read_only = cursor.fetchone()[0] == "on"
            cursor.execute(CONNECTIONS)
            taken, most = cursor.fetchone()
    except DATABASE_IS_AWAY as error:
        connection.close()
        to_do = _("Start PostgreSQL, and check that DATABASE_URL points to it.")
        yield fail(_("database"), _("It cannot be used: %s") % first_line(error), to_do)
        return
    name = words.split()[1]  # such as “PostgreSQL 18.1 on …”
    if version < OLDEST:
        yield fail(_("database"), _("PostgreSQL %s is too old.") % name, _("Upgrade it to %s or later.") % OLDEST)
    elif is_read_only:
        to_do = _("After a failover, point DATABASE_URL at the new primary; else see whether the disk is full.")
        yield fail(_("database"), _("PostgreSQL %s is read-only.") % name, to_do)
    else:
        yield ok(_("database"), f"PostgreSQL {name}")
    words = _("%(taken)s of %(most)s are taken") % {"taken": taken, "most": most}
    if taken > most * CONNECTIONS_FULL:
        yield warn(_("connections"), words, _("Raise max_connections, or put pgbouncer before the web servers."))
    else:
        yield ok(_("connections"), words)
    yield _extensions()


def _extensions() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        lacking = sorted(set(EXTENSIONS) - {name for (name,) in cursor.fetchall()})
    if not lacking:
        return ok(_("extensions"), ", ".join(EXTENSIONS))
    commands = " ".join(f"CREATE EXTENSION {name};" for name in lacking)
    return fail(_("extensions"), _("Missing: %s") % ", ".join(lacking), _("As superuser: %s") % commands)


def check_migrations() -> Iterator[Finding]:
    """Whether its migrations are those of this version, and its secrets can be decrypted."""
    if not is_migrated():
        yield fail(
            _("migrations"), _("The database lacks some of those of this version."), _("Run `manage.py migrate`.")
        )
        return
    yield ok(_("migrations"), _("All are applied."))
    if fields := fields_of_another_key():
        to_do = _("Add the key that they were encrypted with to SECRET_KEY_FALLBACKS.")
        yield fail(_("secret key"), _("It cannot decrypt: %s") % ", ".join(fields), to_do)
    else:
        yield ok(_("secret key"), _("It decrypts the stored secrets."))


def check_clock() -> Iterator[Finding]:
    """Whether this machine and the database agree on the time, and the clock is synchronized.

    Signatures, one-time codes and deadlines depend on it.
    """
    before = time.time()
    theirs = database_now().timestamp()
    apart = abs(theirs - (before + time.time()) / 2)
    words = _("%s seconds from the database’s") % f"{apart:.1f}"
    to_do = _("Have each machine synchronize its clock over the network (chrony, systemd-timesyncd).")
    if apart > CLOCKS_FAR_APART:
        yield fail(_("clock"), words, to_do)
    elif apart > CLOCKS_APART:
        yield warn(_("clock"), words, to_do)
    elif is_synchronized() is False:
        yield warn(_("clock"), _("According to the kernel, nothing synchronizes this machine’s clock."), to_do)
    else:
        yield ok(_("clock"), words)
