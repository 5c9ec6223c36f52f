"""Keyset pages: a cursor stays right while rows come and go, and every page costs the same."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import DateTimeField, F, IntegerField, Model, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail

from helpdesk.api.framework.problems import InvalidQuery

DEFAULT_LIMIT, MOST = 50, 200


@dataclass(frozen=True)
class Order:
    """An order by fields that together are unique and never null; an index should have them, after the team."""

    fields: tuple[str, ...]
    is_descending: bool = False

    def sort(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in this order."""
        return rows.order_by(*(f"-{name}" if self.is_descending else name for name in self.fields))

    def after(self, rows: QuerySet[Any], place: list[Any] | None) -> QuerySet[Any]:
        """The rows that follow the place; all without one. A row comparison, which is an index condition."""
        if place is None:
            return rows
        lookup = TupleLessThan if self.is_descending else TupleGreaterThan
        return rows.filter(lookup(tuple(F(name) for name in self.fields), place))


BY_ID = Order(("id",))
BY_CREATION = Order(("created_at", "id"))


def write_cursor(name: str, order: Order, row: Model) -> str:
    """The place of a row in the order of this name."""
    values = [getattr(row, field) for field in order.fields]
    text = json.dumps([name, *(v.isoformat() if isinstance(v, datetime) else v for v in values)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, name: str, order: Order, model: type[Model], parameter: str = "cursor") -> list[Any]:
    """The place of a cursor. Raises InvalidQuery for one of another order, or that we did not make."""
    try:
        said, *values = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        if said != name:
            raise ValueError
        fields: list[Any] = [model._meta.get_field(field) for field in order.fields]
        return [_clean(field, value) for field, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        problem = _("This cursor is not valid; use it exactly as it was given, with the same ordering.")
        raise InvalidQuery({parameter: [ErrorDetail(problem, "invalid")]}) from None


def _parse_instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _clean(field: Any, value: Any) -> Any:
    """The value as the field holds it. Raises ValueError and the like for one that no row can have."""
    field = getattr(field, "output_field", field)
    if type(value) is not (int if isinstance(field, IntegerField) else str):
        raise ValueError
    if isinstance(value, str):
        value.encode()  # no half of a surrogate pair
        ProhibitNullCharactersValidator()(value)
        return _parse_instant(value) if isinstance(field, DateTimeField) else field.clean(value, None)
    return field.clean(value, None)
