"""Compiles queries of a fixed shape only once: the ORM often takes longer than the database."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection
from django.db.models import BigAutoField, Lookup, Model, QuerySet
from django.db.models.query import get_related_populators
from django.utils import timezone
from psycopg.sql import Literal

M = TypeVar("M", bound=Model)
Value = int | str | datetime | list[int] | None
# Placeholders for values, which no query contains by itself: a number, or a text or time if these are the default.
NUMBER, TEXT, TIME = 2_000_000_011, "stand-in", datetime(2222, 2, 2, tzinfo=UTC)
KEYS = [NUMBER]


@BigAutoField.register_lookup
class AnyOf(Lookup):
    """`pk__any_of`: like `pk__in`, but with a single parameter, however many keys there are."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Compare with an array."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*parameters, list(self.rhs))


class _Composed(NamedTuple):
    """A compiled query: its compiler, SQL and parameters, which are functions if their value changes."""

    compiler: Any
    sql: str
    parameters: list[Any]


class _Shape(NamedTuple):
    """How to build objects from a row: positions and names of the model's fields, populators of related objects, and
    converters.
    """

    places: list[int]
    names: list[str]
    relations: list[Any]
    converters: Any


class ComposedQuery(Generic[M]):
    """A query built by a function from its parameters' values. Any other time in it counts as relative to now.

    It is compiled once, with placeholders for the values, which are then found among the SQL parameters. A parameter is
    a number, or, if its default is TEXT, TIME or KEYS, a text, a time, or keys for `pk__any_of`. `around` is SQL around
    the statement that the ORM cannot express.
    """

    def __init__(self, compose: Callable[..., QuerySet[M, Any]], around: str = "{}") -> None:
        self.compose, self.around = compose, around

    @cached_property
    def _composed(self) -> _Composed:
        names = inspect.signature(self.compose).parameters.values()
        stand_ins = [(_stand_in(each.default, place), each.name) for place, each in enumerate(names)]
        now = timezone.now()
        compiler = self.compose(*(value for value, _name in stand_ins)).query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        parameters = [_known_again(value, stand_ins, now) for value in values]
        sql, parameters = _with_literals(self.around.format(sql), parameters)
        return _Composed(compiler, sql, parameters)

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """Run the query and return its rows."""
        now = timezone.now()
        with connection.cursor() as cursor:
            parameters = [each(values, now) if callable(each) else each for each in self._composed.parameters]
            cursor.execute(self._composed.sql, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def objects(self, **values: Value) -> list[M]:
        """Run the query and return model objects, with annotations and `select_related` objects."""
        rows = self.rows(**values)
        if not rows:
            return []
        compiler, (places, names, relations, converters) = self._composed.compiler, self._shape
        found = []
        for row in compiler.apply_converters(rows, converters) if converters else rows:
            item = compiler.klass_info["model"].from_db(connection.alias, names, [row[place] for place in places])
            for relation in relations:
                relation.populate(row, item)
            for name, place in compiler.annotation_col_map.items():
                setattr(item, name, row[place])
            found.append(item)
        return found

    @cached_property
    def _shape(self) -> _Shape:
        compiler = self._composed.compiler
        places = compiler.klass_info["select_fields"]
        names = [compiler.select[place][0].target.attname for place in places]
        relations = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg] # as of 5.2
        return _Shape(places, names, relations, compiler.get_converters(each[0] for each in compiler.select))


def _stand_in(default: Any, place: int) -> Value:
    if default == TEXT:
        return f"{TEXT} {place}"
    if default == KEYS:
        return [NUMBER + place]
    return TIME + timedelta(days=place) if default == TIME else NUMBER + place


def _known_again(value: Any, stand_ins: list[tuple[Value, str]], now: datetime) -> Any:
    """How to compute an SQL parameter from the values and the current time, or the parameter itself if it never
    changes.
    """
    kind = type(value)
    for stand_in, name in stand_ins:
        if value == stand_in:
            return lambda values, _now: _as(kind, values[name])
    if isinstance(value, datetime):
        passed = timedelta(seconds=round((value - now).total_seconds()))
        return lambda _values, now: now + passed
    return value


def _with_literals(sql: str, parameters: list[Any]) -> tuple[str, list[Any]]:
    """Write constant parameters into the statement.

    With a status as a parameter, the database's generic plan could not use partial indexes such as that of unfinished
    tickets; so it would plan the statement at every use, which takes longer than running it.
    """
    left = iter(parameters)
    kept: list[Any] = []

    def place(sign: re.Match[str]) -> str:
        if sign[0] == "%%":
            return sign[0]
        parameter = next(left)
        if isinstance(parameter, int | str):
            return Literal(parameter).as_string(connection.connection).replace("%", "%%")
        kept.append(parameter)
        return sign[0]

    return re.sub("%[%s]", place, sql), kept


def _as(kind: type, value: Any) -> Any:
    """Convert a number to the type it is compared with, which may be text."""
    return kind(value) if value is not None and issubclass(kind, int | list) else value
