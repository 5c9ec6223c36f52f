"""Queries whose shape never changes, composed by the ORM once: for a large one that takes longer than its answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

M = TypeVar("M", bound=Model)
FIRST_STAND_IN = 2_000_000_011  # a number that no query has for itself


class ComposedQuery(Generic[M]):
    """What a function makes of keys, by the names of its parameters; each time in it is one that is counted from now.

    At the first use it is made of stand-ins for the keys, which are found again among the parameters of the statement.
    `around` is SQL to put around that, which the ORM has no words for.
    """

    def __init__(self, compose: Callable[..., QuerySet[M, Any]], around: str = "{}") -> None:
        self.compose, self.around = compose, around

    @cached_property
    def _composed(self) -> tuple[Any, str, list[Any]]:
        """Its compiler, the SQL, and the parameters, where keys and times go in by functions of these."""
        names = inspect.signature(self.compose).parameters
        stand_ins = {FIRST_STAND_IN + place: name for place, name in enumerate(names)}
        now = timezone.now()
        compiler = self.compose(*stand_ins).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return compiler, self.around.format(sql), [_known_again(each, stand_ins, now) for each in parameters]

    def rows(self, **keys: int) -> list[tuple[Any, ...]]:
        """What it answers."""
        _compiler, sql, parameters = self._composed
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(sql, [each(keys, now) if callable(each) else each for each in parameters])
            return cursor.fetchall()

    def objects(self, **keys: int) -> list[M]:
        """The same as objects of the model, with what is annotated, and without relations."""
        compiler, _sql, _parameters = self._composed
        places = compiler.klass_info["select_fields"]
        names = [compiler.select[place][0].target.attname for place in places]
        found = []
        for row in self._converted(self.rows(**keys)):
            item = compiler.klass_info["model"].from_db(connection.alias, names, [row[place] for place in places])
            for name, place in compiler.annotation_col_map.items():
                setattr(item, name, row[place])
            found.append(item)
        return found

    def _converted(self, rows: list[tuple[Any, ...]]) -> Any:
        compiler = self._composed[0]
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return compiler.apply_converters(rows, converters) if converters else rows


def _known_again(parameter: Any, stand_ins: dict[int, str], now: datetime) -> Any:
    """How to find the parameter of another time, or the parameter where it is always the same."""
    if isinstance(parameter, datetime):
        passed = timedelta(seconds=round((parameter - now).total_seconds()))
        return lambda _keys, now: now + passed
    if isinstance(parameter, int) and parameter in stand_ins:
        name, kind = stand_ins[parameter], type(parameter)
        return lambda keys, _now: kind(keys[name])
    return parameter
