"""The usual times to snooze a ticket until, over a change of the clocks."""

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets.forms import SnoozeForm


def moment(monkeypatch, preset, now, zone):
    monkeypatch.setattr(timezone, "now", lambda: now)
    with timezone.override(zoneinfo.ZoneInfo(zone)):
        form = SnoozeForm({"preset": preset})
        assert form.is_valid()
        return form.cleaned_data["moment"]


@pytest.mark.parametrize("month", [3, 10])
def test_in_three_hours_is_exact_on_the_night_of_a_clock_change(monkeypatch, month):
    now = datetime(2026, month, {3: 29, 10: 25}[month], 0, 30, tzinfo=UTC)
    assert moment(monkeypatch, "hours", now, "Europe/Lisbon").astimezone(UTC) - now == timedelta(hours=3)


def test_tomorrow_is_nine_in_local_time_after_a_clock_change(monkeypatch):
    until = moment(monkeypatch, "tomorrow", datetime(2026, 3, 28, 20, tzinfo=UTC), "Europe/Lisbon")
    assert until.astimezone(UTC) == datetime(2026, 3, 29, 8, tzinfo=UTC)
