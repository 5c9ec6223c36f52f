"""A target runs only while the team is open, in any zone and week; and the form for the team's hours."""

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk.audit.models import AuditEvent
from helpdesk.teams.business_hours import (
    WEEKDAYS,
    open_periods,
    respond_by,
    usual_hours,
    validate_business_hours,
    working_time,
)
from helpdesk.teams.models import Team
from tests.factories import ALL_HOURS, open_ticket

SAO_PAULO = "America/Sao_Paulo"
# Hours that are skipped or come twice, by day, at midnight, by half an hour; a day that is missing; none of it.
ZONES = ["America/New_York", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", SAO_PAULO]
FRIDAY = "2026-11-27"


def due(at, target=24, hours=None, zone=SAO_PAULO):
    """When what was asked at this time of the zone is to be answered, as its clocks show it."""
    there = zoneinfo.ZoneInfo(zone)
    asked = datetime.fromisoformat(at).replace(tzinfo=there)
    return f"{respond_by(asked, target, hours or usual_hours(), there).astimezone(there):%a %d %H:%M}"


@pytest.mark.parametrize(
    ("at", "target", "by"),
    [
        (f"{FRIDAY} 17:50", 24, "Mon 30 17:50"),
        (f"{FRIDAY} 17:50", 1, "Mon 30 09:50"),
        (f"{FRIDAY} 17:50", 11, "Mon 30 17:50"),  # at most a day, as 24 hours are
        (f"{FRIDAY} 10:00", 2, "Fri 27 12:00"),
        (f"{FRIDAY} 10:00", 8, "Fri 27 18:00"),
        (f"{FRIDAY} 10:00", 48, "Tue 01 10:00"),
        (f"{FRIDAY} 18:00", 24, "Mon 30 18:00"),
        (f"{FRIDAY} 23:00", 3, "Mon 30 12:00"),
        ("2026-11-28 12:00", 24, "Mon 30 18:00"),
        ("2026-11-30 03:00", 26, "Tue 01 11:00"),
        ("2026-11-30 10:00", 24 * 30, "Mon 11 10:00"),
    ],
)
def test_only_working_hours_count_and_24_hours_are_one_working_day(at, target, by):
    assert due(at, target) == by


def test_with_all_hours_the_target_runs_continuously():
    assert due(f"{FRIDAY} 17:50", 11, ALL_HOURS) == "Sat 28 04:50"
    assert due(f"{FRIDAY} 17:50", 48, ALL_HOURS) == "Sun 29 17:50"


def test_days_of_different_lengths_count_with_their_lengths():
    hours = usual_hours() | {"saturday": {"from": "09:00", "to": "12:00"}}
    assert working_time(24, hours) == timedelta(hours=8)
    assert due(f"{FRIDAY} 17:50", 24, hours) == "Mon 30 13:50"


@pytest.mark.parametrize(
    ("at", "by"),
    [
        ("2026-03-07 23:00", "Sun 08 03:30"),  # New York skips 2 to 3
        ("2026-10-31 23:00", "Sun 01 01:30"),  # and has 1 to 2 twice
    ],
)
def test_hours_skipped_by_a_clock_change_do_not_count_and_repeated_ones_do(at, by):
    hours = {"sunday": {"from": "00:30", "to": "06:00"}}
    assert due(at, 2, hours, "America/New_York") == by


@st.composite
def weeks(draw):
    """Hours of a team, any that can be kept."""
    week = {}
    for day in draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1)):
        opens, closes = sorted(draw(st.sets(st.integers(0, 24 * 60), min_size=2, max_size=2)))
        week[day] = {"from": hour(opens), "to": hour(closes)}
    return week


def hour(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


MOMENTS = st.datetimes(datetime(2011, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
ALL_ZONES = st.sampled_from(ZONES).map(zoneinfo.ZoneInfo)


@pytest.mark.parametrize(
    ("at", "week", "closes"),
    [
        # Two o'clock is three: half past two is half past one, as it was before.
        ("2026-03-08 00:30", ("01:00", "02:30"), "2026-03-08 01:30-05:00"),
        # Half past one comes twice: it is open until the second.
        ("2026-11-01 00:30", ("01:00", "01:30"), "2026-11-01 01:30-05:00"),
    ],
)
def test_a_time_in_an_hour_of_a_clock_change_is_unambiguous(at, week, closes):
    new_york = zoneinfo.ZoneInfo("America/New_York")
    asked = datetime.fromisoformat(at).replace(tzinfo=new_york)
    first = next(open_periods(asked, {"sunday": dict(zip(("from", "to"), week, strict=True))}, new_york))
    assert first[1] == datetime.fromisoformat(closes)


@given(MOMENTS, st.integers(1, 24 * 30), weeks(), ALL_ZONES)
@example(datetime(2018, 11, 4, 2, tzinfo=UTC), 24, ALL_HOURS, zoneinfo.ZoneInfo(SAO_PAULO))  # has no midnight
@example(datetime(2011, 12, 29, 12, tzinfo=UTC), 24, ALL_HOURS, zoneinfo.ZoneInfo("Pacific/Apia"))  # has no 30th
def test_the_due_time_is_within_working_hours_after_exactly_the_target(asked, target, week, zone):
    validate_business_hours(week)
    by = respond_by(asked, target, week, zone)
    assert by > asked
    local = by.astimezone(zone)
    within = [week[day] for day in (WEEKDAYS[local.weekday()],) if day in week]
    before = WEEKDAYS[local.weekday() - 1]
    is_end_of_day = f"{local:%H:%M}" == "00:00" and week.get(before, {}).get("to") == "24:00"
    is_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    second = f"{local:%H:%M:%S}"
    assert is_end_of_day or is_twice or any(f"{day['from']}:00" <= second <= f"{day['to']}:00" for day in within)
    worked = timedelta()
    for opens, closes in open_periods(asked, week, zone):
        worked += max(timedelta(), min(closes, by) - opens)
        if closes >= by:
            break
    assert worked == working_time(target, week)


@given(MOMENTS, MOMENTS, st.integers(1, 24 * 29), weeks(), ALL_ZONES)
def test_a_later_request_or_longer_target_is_never_due_earlier(one, other, target, week, zone):
    first, second = sorted([one, other])
    assert respond_by(first, target, week, zone) <= respond_by(second, target, week, zone)
    assert respond_by(first, target, week, zone) <= respond_by(first, target + 1, week, zone)


@given(MOMENTS, weeks(), ALL_ZONES)
def test_open_periods_are_in_order_and_do_not_overlap(start, week, zone):
    periods = open_periods(start, week, zone)
    last = start
    for _ in range(20):
        opens, closes = next(periods)
        assert last <= opens < closes
        last = closes


@given(MOMENTS, st.integers(1, 24 * 30))
def test_all_hours_equal_continuous_time(asked, target):
    assert respond_by(asked, target, ALL_HOURS, zoneinfo.ZoneInfo(SAO_PAULO)) == asked + timedelta(hours=target)


@pytest.mark.parametrize(
    "week",
    [
        {},
        [],
        None,
        "monday",
        {"segunda": {"from": "09:00", "to": "18:00"}},
        {"monday": None},
        {"monday": {"from": "09:00"}},
        {"monday": {"from": "", "to": "18:00"}},
        {"monday": {"from": "09:00", "to": "18:00", "lunch": "12:00"}},
        {"monday": {"from": "9:00", "to": "18:00"}},
        {"monday": {"from": "09:00", "to": "24:01"}},
        {"monday": {"from": "09:00", "to": "18:60"}},
        {"monday": {"from": "٠٩:00", "to": "18:00"}},
        {"monday": {"from": "09:00\n", "to": "18:00"}},
        {"monday": {"from": 9, "to": 18}},
        {"monday": {"from": "18:00", "to": "09:00"}},
        {"monday": {"from": "09:00", "to": "09:00"}},
        {"monday": {"from": "24:00", "to": "24:00"}},
    ],
)
def test_an_invalid_week_is_refused(week):
    with pytest.raises(ValidationError):
        validate_business_hours(week)


def posted(**days):
    """What the form sends: `monday=("09:00", "18:00")`."""
    data: dict[str, str] = {}
    for day, (opens, closes) in days.items():
        data |= {day: "on", f"{day}_from": opens, f"{day}_to": closes}
    return data


PATH = "/t/escola/team/business-hours/"


@pytest.mark.django_db
@pytest.mark.page_of("owner")
class TestPage:
    def test_business_hours_are_saved_and_recorded(self, page, team):
        sent = posted(tuesday=("08:30", "12:00"), sunday=("00:00", "00:00"))
        response = page.post(PATH, sent | {"monday_from": "later", "monday_to": "9" * 300})
        assert response["Location"] == "/t/escola/team/"
        team.refresh_from_db()
        hours = {"tuesday": {"from": "08:30", "to": "12:00"}, "sunday": {"from": "00:00", "to": "24:00"}}
        assert team.business_hours == hours
        assert [(event.kind, event.details) for event in AuditEvent.objects.all()] == [
            ("settings_changed", "business_hours")
        ]
        page.post(PATH, sent)
        assert AuditEvent.objects.count() == 1  # saved as it was

    def test_the_form_shows_the_saved_hours(self, page, team):
        Team.objects.update(business_hours={"sunday": {"from": "00:00", "to": "24:00"}})
        form = page.get("/t/escola/team/").context["hours_form"]
        assert [day.name for day, _from, _to in form.days if day.value()] == ["sunday"]
        assert (form["sunday_to"].value(), form["monday_from"].value()) == ("00:00", "09:00")
        assert (
            page.post(PATH, {name: form[name].value() for name in form.fields if form[name].value()}).status_code == 302
        )
        team.refresh_from_db()
        assert team.business_hours == {"sunday": {"from": "00:00", "to": "24:00"}}

    @pytest.mark.parametrize(
        ("sent", "error"),
        [
            ({}, "Choose at least one day."),
            ({"monday_from": "09:00", "monday_to": "18:00"}, "Choose at least one day."),
            (posted(monday=("18:00", "09:00")), "The end must be after the start."),
            (posted(monday=("09:00", "09:00")), "The end must be after the start."),
            (posted(monday=("", "09:00")), "Fill in both times."),
            ({"monday": "on"}, "Fill in both times."),
            (posted(monday=("09h", "18:00")), "Enter times like 09:00."),
            (posted(monday=("09:00", "9" * 300)), "Ensure this value has at most 20 characters (it has 300)."),
            (posted(monday=("09:00", "18:00"), friday=("25:00", "18:00\0")), "Null characters are not allowed."),
        ],
    )
    def test_an_invalid_form_is_shown_again_as_typed(self, page, team, sent, error):
        response = page.post(PATH, sent)
        assert response.status_code == 422
        assert error in response.text
        form = response.context["hours_form"]
        assert {name: form[name].value() for name in sent} == {
            name: True if value == "on" else value for name, value in sent.items()
        }
        team.refresh_from_db()
        assert team.business_hours == ALL_HOURS
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize(
        ("times", "wrong"),
        [(("", "18:00"), "from"), (("09:00", ""), "to"), (("9h", "18:00"), "from"), (("10:00", "09:00"), "to")],
    )
    def test_the_invalid_time_is_marked(self, page, times, wrong):
        response = page.post(PATH, posted(monday=times))
        assert list(response.context["hours_form"].errors) == [f"monday_{wrong}"]
        assert f'id="id_monday_{wrong}_error"' in response.text


@pytest.mark.django_db
def test_a_ticket_is_due_within_the_business_hours_of_its_team(team):
    Team.objects.update(business_hours=usual_hours())
    team.refresh_from_db()
    asked = datetime(2026, 11, 27, 20, 50, tzinfo=UTC)  # a Friday, 17:50 in São Paulo
    assert open_ticket(team, requested_at=asked).response_due_at == asked + timedelta(days=3)


@pytest.mark.django_db
def test_a_team_created_by_the_previous_version_works_on_weekdays():
    """It names no hours, and the database fills them in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO teams_team (name, slug, time_zone, response_target_hours, created_at)"
            " VALUES ('Escola', 'escola-antiga', 'UTC', 24, now())"
        )
    assert Team.objects.get(slug="escola-antiga").business_hours == usual_hours()
