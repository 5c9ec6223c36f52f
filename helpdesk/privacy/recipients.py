"""Who got data of a learner. Each room says in its module `recipients.py` whom it gives some.

A room names it `RECIPIENTS`: a list of functions of a Person, each of which gives Recipients.
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
    """Somebody who got something of a learner's, first and last when (UTC; None where that is not put down).

    `name` is by what people know them: a host, a program, a colleague. `is_told` says whether they are told by us when
    the learner is corrected or erased; else the team does. Who is of the team, `is_colleague`, is in no file that a
    learner is given.
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
    """All recipients outside the team that the rooms declare."""
    return [recipient for find in _declared() for recipient in find(person)]
