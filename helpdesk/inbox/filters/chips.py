"""The active filters, each with a query string that removes it."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.text import Truncator

from helpdesk.inbox.filters.ticket_filter import TicketFilter

LONGEST_INVALID = 40  # characters shown of an invalid value


class Chip(NamedTuple):
    """An active filter, and the query string without it."""

    label: str
    query: str


def chips_of(ticket_filter: TicketFilter) -> list[Chip]:
    """The active filters; for a built-in view, whose title names its filters, only the sort order."""
    return [
        Chip(
            f"{ticket_filter.fields[field].label}: {_value_label(ticket_filter, field)}",
            ticket_filter.query(without=field),
        )
        for field in ticket_filter.criteria
        if field == "sort" or not ticket_filter.sidebar_item
    ]


def _value_label(ticket_filter: TicketFilter, field: str) -> Any:
    if field in ticket_filter.errors:
        return Truncator(ticket_filter.criteria[field]).chars(LONGEST_INVALID)
    value = ticket_filter.value(field)
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    choices = getattr(ticket_filter.fields[field], "choices", None)
    if choices is None or field == "tag":
        return value
    return {str(key): label for key, label in choices}[str(getattr(value, "pk", value))]
