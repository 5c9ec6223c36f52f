"""Pages by place, not by number: a cursor stays right while rows come and go, and every page costs the same."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Model, QuerySet
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound

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


def write_cursor(name: str, order: Order, row: Model) -> str:
    """The place of a row in the order of this name."""
    values = [getattr(row, field) for field in order.fields]
    text = json.dumps([name, *(v.isoformat() if isinstance(v, datetime) else v for v in values)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, name: str, order: Order, model: type[Model]) -> list[Any]:
    """The place that a cursor tells. Raises NotFound for one that is not of this order."""
    try:
        said, *values = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        if said != name:
            raise ValueError
        fields: list[Any] = [model._meta.get_field(field) for field in order.fields]
        return [
            getattr(field, "output_field", field).clean(value, None)
            for field, value in zip(fields, values, strict=True)
        ]
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError):
        raise NotFound(_("There is no such page; take “next” as it is given, with the same ordering.")) from None
