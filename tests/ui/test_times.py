"""Times as people read them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from helpdesk.ui.templatetags.ui import day_heading, long_duration, short_duration


@pytest.mark.parametrize(
    ("duration", "short", "long"),
    [
        (timedelta(seconds=20), "0 min", "1 minuto"),
        (timedelta(minutes=48), "48 min", "48 minutos"),
        (timedelta(hours=3, minutes=59), "3 h", "3 horas"),
        (timedelta(days=1, hours=4), "1 d 4 h", "1 dia"),
        (timedelta(days=36), "36 d", "36 dias"),
        (timedelta(days=400), "1 ano", "1 ano"),
        (timedelta(days=1156), "3 anos", "3 anos"),
    ],
)
def test_a_duration_is_told_in_the_unit_that_fits(duration, short, long):
    with translation.override("pt-br"):
        assert (short_duration(duration), long_duration(duration)) == (short, long)


def test_a_day_is_written_as_the_language_does():
    day = datetime(2026, 10, 20, 12, tzinfo=UTC)
    with translation.override("pt-br"):
        assert day_heading(day, "MONTH_DAY_FORMAT") == "Terça-feira, 20 de outubro"
        assert day_heading(day, "DATE_FORMAT") == "Terça-feira, 20 de outubro de 2026"
    with translation.override("en"):
        assert day_heading(day, "MONTH_DAY_FORMAT") == "Tuesday, October 20"
