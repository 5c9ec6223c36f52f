"""Keyset pagination: a row's place in an order stays valid while rows come and go, and every page costs the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import BooleanField, DateTimeField, Expression, F, Field, IntegerField, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.db.models.lookups import IsNull

Rows = TypeVar("Rows", bound=QuerySet[Any])
Row = TypeVar("Row", bound=Model)
Place = tuple[Any, ...]  # a row's values of the fields it is ordered by

EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
IS_NULL = "__isnull"
MOST_DIGITS = 18  # of a number in an address; always fits a bigint
NOT_A_PLACE = (ValueError, TypeError, OverflowError, ValidationError)  # raised by `Order.clean`


@dataclass(frozen=True)
class Computed:
    """Orders by an `expression` rather than a column; a row's attribute `name` has the same value, of type `field`."""

    name: str
    expression: Expression
    field: Field[Any, Any] = field(default_factory=DateTimeField)


@dataclass(frozen=True)
class Order:
    """An order by fields that together are unique and never null; they should have an index that starts with the team.

    `x__isnull` orders by whether x is null, with rows that have a value first.
    """

    fields: tuple[str | Computed, ...]
    is_descending: bool = False

    def sort(self, rows: Rows) -> Rows:
        """The rows in this order."""
        by = [OrderBy(expression_of(name), descending=self.is_descending) for name in self.fields]
        return rows.order_by(*by)

    @property
    def reverse(self) -> Order:
        """The reverse order."""
        return Order(self.fields, not self.is_descending)

    def after(self, rows: Rows, place: Place | None) -> Rows:
        """The rows after a place, or all rows without one. A row comparison, so that an index can be used."""
        if place is None:
            return rows
        lookup = TupleLessThan if self.is_descending else TupleGreaterThan
        return rows.filter(lookup(tuple(map(expression_of, self.fields)), place))

    def before(self, rows: Rows, place: Place) -> Rows:
        """The rows before a place, the nearest first."""
        return self.reverse.sort(self.reverse.after(rows, place))

    def place_of(self, row: Model) -> Place:
        """The row's place."""
        return tuple(_value_of(row, name) for name in self.fields)

    def clean(self, model: type[Model], values: Iterable[Any], parse_time: Callable[[Any], datetime]) -> Place:
        """The place with these values; `parse_time` converts times. Raises NOT_A_PLACE if no row could have it."""
        fields = [_field_of(model, name) for name in self.fields]
        return tuple(_clean(field, value, parse_time) for field, value in zip(fields, values, strict=True))


def expression_of(name: str | Computed) -> F | Expression:
    """The database expression to order by."""
    if isinstance(name, Computed):
        return name.expression
    field, is_null, _rest = name.partition(IS_NULL)
    return IsNull(F(field), True) if is_null else F(name)


def _value_of(row: Model, name: str | Computed) -> Any:
    if isinstance(name, Computed):
        return getattr(row, name.name)
    field, is_null, _rest = name.partition(IS_NULL)
    return int(getattr(row, field) is None) if is_null else getattr(row, name)


def _field_of(model: type[Model], name: str | Computed) -> Any:
    if isinstance(name, Computed):
        return name.field
    return BooleanField() if name.endswith(IS_NULL) else model._meta.get_field(name)


def write_place(place: Place) -> str:
    """Format a place of numbers and times for an address: joined by dashes, times in microseconds since 1970."""
    return "-".join(str(_microseconds(value) if isinstance(value, datetime) else value) for value in place)


def read_place(text: str, order: Order, model: type[Model]) -> Place | None:
    """Parse a place from an address; None if it is invalid."""
    try:
        return order.clean(model, [_number(part) for part in text.split("-")], _time)
    except NOT_A_PLACE:
        return None


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of a list; `next_place` is the next page's `after` argument, empty on the last page."""

    rows: list[Row]
    next_place: str


def paginate(rows: QuerySet[Row], order: Order, after: str, size: int) -> Page[Row]:
    """At most `size` rows after the place given in an address."""
    found = list(order.sort(order.after(rows, read_place(after, order, rows.model)))[: size + 1])
    return Page(found[:size], write_place(order.place_of(found[size - 1])) if len(found) > size else "")


def _microseconds(time: datetime) -> int:
    return max(0, (time - EPOCH) // MICROSECOND)


def _time(microseconds: int) -> datetime:
    return EPOCH + microseconds * MICROSECOND


def _number(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        raise ValueError
    return int(digits)


def _clean(field: Any, value: Any, parse_time: Callable[[Any], datetime]) -> Any:
    """The value converted to the field's type. Raises an error in NOT_A_PLACE."""
    field = getattr(field, "output_field", field)
    if isinstance(field, DateTimeField):
        return parse_time(value)
    if isinstance(field, BooleanField):
        if value not in {0, 1} or type(value) is not int:
            raise ValueError
        return bool(value)
    if type(value) is not (int if isinstance(field, IntegerField) else str):
        raise ValueError
    if isinstance(value, str):
        value.encode()  # no lone surrogates
        ProhibitNullCharactersValidator()(value)
    return field.clean(value, None)
