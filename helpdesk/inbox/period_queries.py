"""The inbox's questions for what happened in a period, as query strings of its address."""

from __future__ import annotations

from helpdesk.tickets.periods import Period


def requests_query(period: Period) -> str:
    """All help requests of these days, merged ones too."""
    return f"status=all&folded=1&{days_query(period)}"


def days_query(period: Period, what: str = "requested") -> str:
    """What was requested, resolved or rated in these days."""
    return f"{what}_from={period.first}&{what}_to={period.last}"
