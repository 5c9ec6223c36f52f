"""Keyset pagination: a cursor holds a row's place and the name of the ordering."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail

from helpdesk.api.framework.problems import InvalidQuery
from helpdesk.ui.keyset import NOT_A_PLACE, Order, Place

DEFAULT_LIMIT, MOST = 50, 200

BY_ID = Order(("id",))
BY_CREATION = Order(("created_at", "id"))


def write_cursor(name: str, order: Order, row: Model) -> str:
    """The cursor of a row, in the ordering with this name."""
    text = json.dumps([name, *(v.isoformat() if isinstance(v, datetime) else v for v in order.place_of(row))])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, name: str, order: Order, model: type[Model], parameter: str = "cursor") -> Place:
    """The place that a cursor holds. Raises InvalidQuery if it is invalid or of another ordering."""
    try:
        said, *values = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        if said != name:
            raise ValueError
        return order.clean(model, values, _parse_time)
    except (*NOT_A_PLACE, RecursionError):
        problem = _("This cursor is not valid; use it exactly as it was given, with the same ordering.")
        raise InvalidQuery({parameter: [ErrorDetail(problem, "invalid")]}) from None


def _parse_time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError
    return time.astimezone(UTC)
