"""What is kept for how long. Each room says in its module `retention.py` what of its own goes with time.

A room names it `RETAINED`: a list of Retained. How many days a team keeps each is its own to set; a worker has what is
older go every day (`forgetting.py`). There is no other way by which such data goes with time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule


@dataclass(frozen=True)
class Retained:
    """One kind of data that is kept for a while, called `name` in the database.

    `due` gives the rows of a team that are older than a time (UTC) and still hold something, in an order that an index
    has; `forget` has those with these keys hold nothing any more, in the transaction in which they are locked. So many
    are done at once as `batch` says. `default_days` is None where it is kept for ever unless a team says otherwise; no
    team can have it be kept for less than `least_days`.
    """

    name: str
    label: str | Promise
    explanation: str | Promise
    default_days: int | None
    due: Callable[[int, datetime], QuerySet[Any]]
    forget: Callable[[list[int]], None]
    batch: int = 500
    least_days: int = 1
    # Where nothing in an index says that a row is old or done: `due` then gives all rows by their keys, annotated with
    # `is_old`. Those up to the first that is not are done, and up to which key that is is put down.
    is_walk: bool = False


@cache
def retained() -> tuple[Retained, ...]:
    """The kinds of data with a retention that all rooms declare."""
    found: list[Retained] = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "retention") and config.label != "privacy":
            found += import_module(f"{config.name}.retention").RETAINED
    return tuple(found)
