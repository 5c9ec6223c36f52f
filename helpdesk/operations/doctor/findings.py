"""The findings of checks, and how all checks are run.

A room registers its checks in its AppConfig.ready(), by name, because nothing else needs their imports. A check that
raises becomes a finding too, and does not stop the others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from helpdesk.operations.database_errors import DATABASE_IS_AWAY, first_line

logger = logging.getLogger(__name__)


class Level(StrEnum):
    """How serious it is: `fail` means that something does not work, `warn` that it will or may stop working."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What was checked, the result, and what to do about it, in the reader's language."""

    subject: str
    level: Level
    text: str
    to_do: str = ""


def ok(subject: str, text: str) -> Finding:
    """A finding that all is well."""
    return Finding(subject, Level.OK, text)


def warn(subject: str, text: str, to_do: str) -> Finding:
    """A finding that something will or may go wrong, with what to do."""
    return Finding(subject, Level.WARN, text, to_do)


def fail(subject: str, text: str, to_do: str) -> Finding:
    """A finding that something does not work, with what to do."""
    return Finding(subject, Level.FAIL, text, to_do)


Check = Callable[[], Iterable[Finding]]
_CHECKS: list[str] = []
OWN = "helpdesk.operations."


def register_check(path: str) -> None:
    """Have the doctor run the check with this dotted name, `package.module.function`."""
    _CHECKS.append(path)


def run_checks() -> Iterator[Finding]:
    """The findings of every check, as they come in."""
    for path in sorted(_CHECKS, key=lambda path: not path.startswith(OWN)):  # those of the database first
        name = path.rpartition(".check_")[2].replace("_", " ")
        try:
            check: Check = import_string(path)
            yield from check()
        except DATABASE_IS_AWAY as error:
            connection.close()
            words = _("The database cannot be used: %s") % first_line(error)
            yield fail(name, words, _("See the line on the database."))
        except Exception as error:
            logger.exception("The check %s failed", name)
            yield fail(
                name, _("The check itself failed: %s") % type(error).__name__, _("Look for the error in the log.")
            )
