"""Counts that end where nobody needs to know more, and how they are shown."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


def count_up_to(rows: QuerySet[Any, Any], most: int) -> int:
    """How many rows there are; `most` + 1 if there are more than `most`. The database reads no further."""
    return rows[: most + 1].count()


def capped_label(count: int, most: int) -> str:
    """The number as shown: “100+” for any above `most`, which is 100 here."""
    return f"{most}+" if count > most else str(count)
