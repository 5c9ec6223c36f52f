"""Query strings of the inbox for what happened in a period."""

from __future__ import annotations

from helpdesk.tickets.periods import Period


def requests_query(period: Period) -> str:
    """All help requests of the period, including merged ones."""
    return f"status=all&folded=1&{days_query(period)}"


def days_query(period: Period, what: str = "requested") -> str:
    """What was requested, resolved or rated in the period."""
    return f"{what}_from={period.first}&{what}_to={period.last}"
