"""Times as people read them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from helpdesk.ui.hours import hour_of
from helpdesk.ui.templatetags.ui import day_heading, long_duration, short_duration, short_moment, waited


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


def test_who_has_just_asked_waits_since_now():
    just = timezone.now() - timedelta(seconds=20)
    with translation.override("pt-br"):
        assert ">agora</time>" in waited(just)
    with translation.override("en"):
        assert ">now</time>" in waited(just)


def test_a_day_is_written_as_the_language_does():
    day = datetime(2026, 10, 20, 12, tzinfo=UTC)
    with translation.override("pt-br"):
        assert day_heading(day, "MONTH_DAY_FORMAT") == "Terça-feira, 20 de outubro"
        assert day_heading(day, "DATE_FORMAT") == "Terça-feira, 20 de outubro de 2026"
    with translation.override("en"):
        assert day_heading(day, "MONTH_DAY_FORMAT") == "Tuesday, October 20"


@pytest.mark.parametrize(
    ("language", "hour", "short", "long"),
    [
        ("pt-br", "9h05", "20/10/2026 9h05", "20 de outubro de 2026 às 9h05"),
        ("en", "9:05 a.m.", "10/20/2026 9:05 a.m.", "Oct. 20, 2026, 9:05 a.m."),
    ],
)
def test_hours_are_written_in_one_manner_of_the_language(language, hour, short, long):
    moment = datetime(2026, 10, 20, 9, 5)
    with translation.override(language):
        assert (date_format(moment, "TIME_FORMAT"), hour_of(moment)) == (hour, hour)
        assert date_format(moment, "SHORT_DATETIME_FORMAT") == short
        assert date_format(moment, "DATETIME_FORMAT") == long


@pytest.mark.parametrize(
    ("moment", "portuguese", "english"),
    [
        (datetime(2026, 11, 23, 9), "23/11", "11/23"),
        (datetime(2026, 11, 24, 17), "ontem 17h", "yesterday 5 p.m."),
        (datetime(2026, 11, 25, 18, 20), "hoje 18h20", "today 6:20 p.m."),
        (datetime(2026, 11, 26, 9), "amanhã 9h", "tomorrow 9 a.m."),
        (datetime(2026, 11, 28, 9), "sáb 9h", "Sat 9 a.m."),
        (datetime(2026, 12, 24, 9), "24/12", "12/24"),
        (datetime(2027, 12, 24, 9), "24/12/2027", "12/24/2027"),
    ],
)
def test_a_moment_to_come_is_told_by_its_day_and_hour(moment, portuguese, english, monkeypatch):
    now = timezone.make_aware(datetime(2026, 11, 25, 12))
    monkeypatch.setattr(timezone, "now", lambda: now)
    for language, told in (("pt-br", portuguese), ("en", english)):
        with translation.override(language):
            assert short_moment(timezone.make_aware(moment)) == told
