"""For how long data is kept. Each room declares in its module `retention.py` which of its data expires.

The module's `RETAINED` is a list of Retained. Each team sets for how many days it keeps each kind; a daily job forgets
what is older (`forgetting.py`). Nothing else lets such data expire.
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
    """One kind of data that is kept for a limited time, called `name` in the database.

    `due` gives a team's rows that are older than a time (UTC) and still hold something, in the order of an index.
    `forget` deletes or empties the rows with these primary keys, in the transaction that has locked them, at most
    `batch` at once. `default_days` is None if data is kept for ever unless a team decides otherwise; a team cannot
    choose less than `least_days`.
    """

    name: str
    label: str | Promise
    explanation: str | Promise
    default_days: int | None
    due: Callable[[int, datetime], QuerySet[Any]]
    forget: Callable[[list[int]], None]
    batch: int = 500
    least_days: int = 1
    # For when no index tells that a row is old or done: `due` then gives all rows by primary key, annotated with
    # `is_old`. Rows are forgotten up to the first that is not old, and the last key is saved to continue from.
    is_walk: bool = False


@cache
def retained() -> tuple[Retained, ...]:
    """The kinds of data with a retention that all rooms declare."""
    found: list[Retained] = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "retention") and config.label != "privacy":
            found += import_module(f"{config.name}.retention").RETAINED
    return tuple(found)
