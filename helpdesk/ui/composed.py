"""Queries whose shape never changes, composed by the ORM once: for a large one that takes longer than its answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

M = TypeVar("M", bound=Model)
FIRST_STAND_IN = 2_000_000_011  # a number that no query has for itself


class ComposedQuery:
    """What a function makes of keys, by the names of its parameters; each time in it is one that is counted from now.

    At the first use it is made of stand-ins for the keys, which are found again among the parameters of the statement.
    `around` is SQL to put around that, as the ORM cannot.
    """

    def __init__(self, compose: Callable[..., QuerySet[Any, Any]], around: str = "{}") -> None:
        self.compose, self.around = compose, around

    @cached_property
    def _statement(self) -> tuple[str, list[Any]]:
        """The SQL; and its parameters, in place of a key its name, in place of a time how long after now that is."""
        names = inspect.signature(self.compose).parameters
        stand_ins = {FIRST_STAND_IN + place: name for place, name in enumerate(names)}
        now = timezone.now()
        sql, parameters = self.compose(*stand_ins).query.sql_with_params()
        return self.around.format(sql), [_known_again(parameter, stand_ins, now) for parameter in parameters]

    def _with(self, keys: dict[str, int]) -> tuple[str, list[Any]]:
        sql, parameters = self._statement
        now = timezone.now()
        return sql, [parameter(keys, now) if callable(parameter) else parameter for parameter in parameters]

    def rows(self, **keys: int) -> list[tuple[Any, ...]]:
        """What it answers."""
        with connection.cursor() as cursor:
            cursor.execute(*self._with(keys))
            return cursor.fetchall()

    def objects(self, model: type[M], **keys: int) -> list[M]:
        """The same as objects of the model that it asks for, with what is annotated."""
        return list(model._default_manager.raw(*self._with(keys)))


def _known_again(parameter: Any, stand_ins: dict[int, str], now: datetime) -> Any:
    """How to find the parameter of another time, or the parameter where it is always the same."""
    if isinstance(parameter, datetime):
        passed = timedelta(seconds=round((parameter - now).total_seconds()))
        return lambda keys, now: now + passed
    if isinstance(parameter, int) and parameter in stand_ins:
        name, kind = stand_ins[parameter], type(parameter)
        return lambda keys, now: kind(keys[name])
    return parameter
