"""Who received data about a learner. Each room declares in its module `recipients.py` whom it gives data to.

The module's `RECIPIENTS` is a list of functions that take a Person and return Recipients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from helpdesk.privacy.register import Person


@dataclass(frozen=True)
class Recipient:
    """Somebody who received data about a learner, with the first and last time (UTC; None if not recorded).

    `name` is what people know them by: a host, a program, a colleague. If `is_told`, we notify them when the learner is
    corrected or erased; otherwise the team has to. `is_colleague` marks members of the team, who are left out of the
    export that the learner gets.
    """

    name: str
    content: str | Promise
    first_at: datetime | None = None
    last_at: datetime | None = None
    is_told: bool = False
    is_colleague: bool = False


@cache
def _declared() -> tuple[Callable[[Person], Iterable[Recipient]], ...]:
    found: list[Callable[[Person], Iterable[Recipient]]] = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "recipients") and config.label != "privacy":
            found += import_module(f"{config.name}.recipients").RECIPIENTS
    return tuple(found)


def recipients_outside(person: Person) -> list[Recipient]:
    """All recipients outside the team, as the rooms declare them."""
    return [recipient for find in _declared() for recipient in find(person)]
