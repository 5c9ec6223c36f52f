"""Times as people read them."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from helpdesk.ui.hours import date_and_time, day_heading, full_date_and_time, hour_of
from helpdesk.ui.relative_times import long_duration, short_duration, short_moment, waited

ROOT = Path(__file__).parents[2]
WRITTEN_IN = [("templates", "*.html"), ("templates", "*.txt"), ("helpdesk", "*.py"), ("webhooks", "*.py")]


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
def test_a_duration_is_shown_in_a_fitting_unit(duration, short, long):
    with translation.override("pt-br"):
        assert (short_duration(duration), long_duration(duration)) == (short, long)


def test_a_wait_of_seconds_is_shown_as_now():
    just = timezone.now() - timedelta(seconds=20)
    with translation.override("pt-br"):
        assert ">agora</time>" in waited(just)
    with translation.override("en"):
        assert ">now</time>" in waited(just)


def test_a_day_is_written_in_the_format_of_the_language():
    day = datetime(2026, 10, 20, 12, tzinfo=UTC)
    with translation.override("pt-br"):
        assert day_heading(day, "MONTH_DAY_FORMAT") == "Terça-feira, 20 de outubro"
        assert day_heading(day, "DATE_FORMAT") == "Terça-feira, 20 de outubro de 2026"
    with translation.override("en"):
        assert day_heading(day, "MONTH_DAY_FORMAT") == "Tuesday, October 20"


@pytest.mark.parametrize(
    ("language", "minute", "hour", "short", "long"),
    [
        ("pt-br", 5, "9h05", "20/10/2026 9h05", "20 de outubro de 2026 às 9h05"),
        ("pt-br", 0, "9h", "20/10/2026 9h", "20 de outubro de 2026 às 9h"),
        ("en", 5, "9:05 AM", "10/20/2026 9:05 AM", "Oct. 20, 2026, 9:05 AM"),
        ("en", 0, "9 AM", "10/20/2026 9 AM", "Oct. 20, 2026, 9 AM"),
    ],
)
def test_hours_are_written_in_the_format_of_the_language(language, minute, hour, short, long):
    moment = timezone.make_aware(datetime(2026, 10, 20, 9, minute))
    with translation.override(language):
        assert (hour_of(moment), date_and_time(moment), full_date_and_time(moment)) == (hour, short, long)
        shown = Template("{% load ui %}{{ at|hour }}; {{ at|date_and_time }}; {{ at|full_date_and_time }}")
        assert shown.render(Context({"at": moment})) == f"{hour}; {short}; {long}"
    assert date_and_time(None) == full_date_and_time(None) == ""


def test_no_page_or_email_uses_another_time_format():
    own = re.compile(r"\|time\b|date:.?(?:SHORT_)?DATETIME_FORMAT|[\"'](?:SHORT_DATE|DATE|)TIME_FORMAT[\"']")
    files = [path for room, kind in WRITTEN_IN for path in (ROOT / room).rglob(kind)]
    assert len(files) > 500
    found = {str(path.relative_to(ROOT)) for path in files if own.search(path.read_text())}
    assert found == {"helpdesk/ui/hours.py"}


@pytest.mark.parametrize(
    ("moment", "portuguese", "english"),
    [
        (datetime(2026, 11, 23, 9), "23/11", "11/23"),
        (datetime(2026, 11, 24, 17), "ontem 17h", "yesterday 5 PM"),
        (datetime(2026, 11, 25, 18, 20), "hoje 18h20", "today 6:20 PM"),
        (datetime(2026, 11, 26, 9), "amanhã 9h", "tomorrow 9 AM"),
        (datetime(2026, 11, 28, 9), "sáb 9h", "Sat 9 AM"),
        (datetime(2026, 12, 24, 9), "24/12", "12/24"),
        (datetime(2027, 12, 24, 9), "24/12/2027", "12/24/2027"),
    ],
)
def test_a_future_moment_is_shown_with_day_and_hour(moment, portuguese, english, monkeypatch):
    now = timezone.make_aware(datetime(2026, 11, 25, 12))
    monkeypatch.setattr(timezone, "now", lambda: now)
    for language, told in (("pt-br", portuguese), ("en", english)):
        with translation.override(language):
            assert short_moment(timezone.make_aware(moment)) == told
