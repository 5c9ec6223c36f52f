"""Periods of whole days for metrics, and the periods before that they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from django.utils import timezone


@dataclass(frozen=True)
class Period:
    """Whole days in the current time zone, including both ends."""

    first: date
    last: date

    @classmethod
    def until_today(cls, days: int) -> Self:
        """The last `days` days, including today."""
        today = timezone.localdate()
        return cls(today - timedelta(days=days - 1), today)

    @property
    def days(self) -> int:
        """The period's length in days."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The period of the same length just before this one."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def start(self) -> datetime:
        """The start of its first day, in the current time zone."""
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def end(self) -> datetime:
        """The start of the day after its last."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    def dates(self) -> list[date]:
        """All its days, in order."""
        return [self.first + timedelta(days=number) for number in range(self.days)]
