"""Summaries of days: which are read, which hold no more, and what one at work does not lose."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.models import QuestionRequest
from helpdesk.operations.doctor.findings import Level
from helpdesk.reports import summaries, team_figures
from helpdesk.reports.doctor import check_summaries
from helpdesk.reports.figures import (
    FIGURES,
    MEASURES,
    RATINGS,
    RESOLUTION,
    RESPONSE,
)
from helpdesk.reports.models import StaleMoment, SummaryCount, SummaryDay, SummaryDurations
from helpdesk.reports.summaries import summarize, summarize_due, take_marks
from helpdesk.reports.tasks import summarize_due_days
from helpdesk.reports.team_figures import TeamFigures
from helpdesk.teams.models import Membership
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.periods import Period
from tests.factories import CourseFactory, TeamFactory, open_ticket
from tests.reports.summaries import FIRST, NOON, assert_same, figures_of, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(team, agent):
    """Three on three days, two of which are resolved."""
    course = CourseFactory(team=team)
    tickets = [open_ticket(team, course=course, requested_at=NOON + timedelta(days=day)) for day in range(3)]
    for hours, ticket in enumerate(tickets[:2], start=2):
        actions.assign_ticket(ticket, Actor.system(), agent)
        actions.resolve_ticket(ticket, Actor.system())
        at = ticket.requested_at + timedelta(hours=hours)
        Ticket.objects.filter(pk=ticket.pk).update(first_responded_at=at, resolved_at=at)
    return tickets


PERIOD = Period(FIRST - timedelta(days=1), FIRST + timedelta(days=4))


@pytest.fixture(autouse=True)
def sao_paulo():
    with timezone.override("America/Sao_Paulo"):
        yield


def days_beside(team):
    """The days whose figures are read from tickets, counted from the first ticket's."""
    spans = TeamFigures(team).days_of(PERIOD).others
    return [(day - FIRST).days for span in spans for day in span.dates()]


def test_a_report_reads_only_the_days_that_have_no_summary(team, asked):
    assert days_beside(team) == [-1, 0, 1, 2, 3, 4]
    work()
    assert days_beside(team) == [-1]  # before the first ticket
    actions.add_tag(asked[1], Actor.system(), "vídeo")
    assert days_beside(team) == [-1, 1]
    take_marks(team)
    assert days_beside(team) == [-1, 1]
    assert_same(team, PERIOD)
    work()
    assert days_beside(team) == [-1]
    assert_same(team, PERIOD)


def test_nothing_took_less_than_no_time_where_a_clock_was_set_back(team, asked):
    first = asked[0]
    times = dict.fromkeys(("first_responded_at", "resolved_at"), NOON - timedelta(minutes=5))
    Ticket.objects.filter(pk=first.pk).update(**times)
    period, fractions = Period(FIRST, FIRST), [0.0, 1.0]
    fields = {
        "team": team,
        "due_at": NOON,
        "decided_at": NOON,
        "state": "sent",
        "answered_at": NOON - timedelta(hours=1),
    }
    QuestionRequest.objects.create(ticket=first, kind=QuestionRequest.Kind.FIRST, **fields)
    assert days_beside(team)
    for _ in ("by tickets", "by summaries"):
        for measure in MEASURES:
            found = TeamFigures(team).percentiles([measure], period, fractions)
            assert found == [[timedelta(0)] * 2], measure.name
        assert_same(team, PERIOD)
        work()
    assert days_beside(team) == [-1]


def test_what_is_not_over_took_no_time_that_counts(team, asked):
    unanswered = Period(FIRST + timedelta(days=2), FIRST + timedelta(days=2))
    assert TeamFigures(team).percentiles([RESPONSE, RESOLUTION], unanswered, [0.5]) == [[None], [None]]


def test_summaries_are_read(team, asked):
    work()
    assert SummaryCount.objects.update(count=7) > 0
    assert set(TeamFigures(team).counts(FIGURES[0], PERIOD).values()) == {7}


def test_a_day_is_left_alone_until_it_is_over_for_two_days(team, asked):
    open_ticket(team, requested_at=timezone.now())
    work()
    last = SummaryDay.objects.for_team(team).latest("day")
    assert timedelta(days=2) <= timezone.now() - last.ends_at < timedelta(days=3, hours=1)
    assert not StaleMoment.objects.exists()
    assert_same(team, Period.until_today(30))


def test_what_is_not_counted_marks_nothing(team, asked):
    work()
    actions.change_priority(asked[2], Actor.system(), 3)
    actions.snooze_ticket(asked[2], Actor.system(), timezone.now() + timedelta(days=1))
    assert not StaleMoment.objects.exists()


def test_another_zone_of_a_member_has_its_own_days(team, asked, agent):
    type(agent).objects.filter(pk=agent.pk).update(time_zone="Asia/Kathmandu")
    work()
    assert set(SummaryDay.objects.values_list("time_zone", flat=True)) == {"America/Sao_Paulo", "Asia/Kathmandu"}
    for zone in ("America/Sao_Paulo", "Asia/Kathmandu"):
        with timezone.override(zone):
            assert summaries.current_days(team, zone, PERIOD)
            assert_same(team, PERIOD)
    actions.resolve_ticket(asked[2], Actor.system())
    for zone in ("America/Sao_Paulo", "Asia/Kathmandu", "UTC"):
        with timezone.override(zone):
            assert_same(team, PERIOD)
    Membership.objects.filter(user=agent).delete()
    for _ in range(40):
        work()
    assert set(SummaryDay.objects.values_list("time_zone", flat=True)) == {"America/Sao_Paulo"}


def test_a_team_that_moves_to_another_zone_is_counted_there(team, asked):
    work()
    type(team).objects.filter(pk=team.pk).update(time_zone="Pacific/Auckland")
    with timezone.override("Pacific/Auckland"):
        assert days_beside(team) == [-1, 0, 1, 2, 3, 4]
        assert_same(team, PERIOD)
        work()
        assert days_beside(team) == [-1, 0]
        assert_same(team, PERIOD)


def test_many_spans_are_read_as_few(team, asked, monkeypatch):
    work()
    monkeypatch.setattr(team_figures, "MOST_SPANS", 3)
    period = Period(FIRST, FIRST + timedelta(days=12))
    lost = [FIRST + timedelta(days=day) for day in (0, 2, 5, 6, 9, 12)]
    SummaryDay.objects.filter(day__in=lost).update(is_current=False)
    days = TeamFigures(team).days_of(period)
    assert [(span.first - FIRST).days for span in days.others] == [0, 9, 12]
    covered = {day for span in days.others for day in span.dates()}
    assert covered >= set(lost)
    assert covered | set(days.summarized.values()) == set(period.dates())
    assert not covered & set(days.summarized.values())
    assert_same(team, period)


def test_what_was_broken_off_or_is_done_twice_counts_nothing_twice(team, asked, monkeypatch):
    work()
    before = figures_of(team, PERIOD, is_page=True)
    rows = SummaryCount.objects.count(), SummaryDurations.objects.count()
    zone, day = team.time_zone, FIRST
    with monkeypatch.context() as patch:
        patch.setattr(summaries, "_durations", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            summarize(team, zone, day)
    assert figures_of(team, PERIOD, is_page=True) == before
    for _ in range(2):
        summarize(team, zone, day)
        summarize_due_days()
    assert (SummaryCount.objects.count(), SummaryDurations.objects.count()) == rows
    assert figures_of(team, PERIOD, is_page=True) == before


def test_a_job_ends_in_time_and_the_next_goes_on(team, asked):
    assert summarize_due(timezone.now()) == 0
    assert not SummaryDay.objects.exists()
    work()
    assert SummaryDay.objects.exists()


def test_it_is_rebuilt_by_a_command(team, asked, capsys):
    work()
    SummaryCount.objects.update(count=7)
    call_command("rebuild_summaries", team=team.slug)
    assert "Summarized" in capsys.readouterr().out
    assert_same(team, PERIOD)
    with pytest.raises(CommandError, match="no team"):
        call_command("rebuild_summaries", team="none-such")


def test_another_teams_is_left_alone(team, asked):
    foreign = open_ticket(TeamFactory(), requested_at=NOON)
    call_command("rebuild_summaries", team=team.slug)
    assert not SummaryDay.objects.for_team(foreign.team).exists()
    work()
    assert_same(team, PERIOD)
    assert_same(foreign.team, PERIOD)


def test_a_team_that_is_deleted_leaves_nothing(team, asked):
    work()
    Ticket.objects.all().delete()
    team.delete()
    assert not StaleMoment.objects.exists()
    assert not SummaryDay.objects.exists()


def test_the_doctor_says_what_is_due(team, asked):
    (finding,) = check_summaries()
    assert finding.level == Level.WARN
    work()
    (finding,) = check_summaries()
    assert finding.level == Level.OK
    actions.resolve_ticket(asked[2], Actor.system())
    StaleMoment.objects.update(marked_at=timezone.now() - timedelta(hours=1))
    (finding,) = check_summaries()
    assert finding.level == Level.WARN


def test_the_page_asks_as_often_however_many_days_are_summarized(page, team, asked, django_assert_num_queries):
    work()
    for last in (FIRST, FIRST + timedelta(days=15)):
        address = f"/t/escola/reports/?first={FIRST}&last={last}"
        page.get(address)
        with django_assert_num_queries(33):
            page.get(address)


@pytest.mark.django_db(transaction=True)
def test_a_change_that_commits_while_its_day_is_counted_is_not_lost(team, asked, monkeypatch):
    other = connections.create_connection("default")
    count = summaries._counts
    try:
        work()
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE tickets_ticket SET assignee_id = NULL WHERE id = %s", [asked[0].pk])
            work()  # sees nothing of it yet
            cursor.execute("COMMIT")
        assert days_beside(team) == [-1, 0]
        assert_same(team, PERIOD)

        def and_meanwhile(*args):
            yield from count(*args)
            with other.cursor() as cursor:
                cursor.execute("UPDATE tickets_ticket SET course_id = NULL WHERE id = %s", [asked[0].pk])

        take_marks(team)
        with monkeypatch.context() as patch:
            patch.setattr(summaries, "_counts", and_meanwhile)
            summarize(team, team.time_zone, FIRST)
        assert days_beside(team) == [-1, 0]
        assert_same(team, PERIOD)
        work()
        assert_same(team, PERIOD)
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_a_report_is_of_one_moment_though_its_days_are_counted_anew_meanwhile(team, asked):
    work()
    slow = figures_of(team, PERIOD, from_tickets=True)
    other = connections.create_connection("default")
    try:
        with team_figures.of_one_moment():
            figures = TeamFigures(team, is_page=True)
            assert figures.days_of(PERIOD).summarized
            with other.cursor() as cursor:
                cursor.execute("DELETE FROM reports_summarydurations; DELETE FROM reports_summarycount")
            assert figures_of(team, PERIOD, is_page=True) == slow
    finally:
        other.close()
    assert connection.in_atomic_block is False


def test_a_day_that_a_worker_of_the_version_before_counted_is_read_from_its_tickets(team, asked):
    work()
    SummaryDay.objects.filter(day=FIRST).update(summarized_at=timezone.now())  # it does not know `defined_at`
    SummaryCount.objects.filter(day__day=FIRST).update(count=7)
    assert days_beside(team) == [-1, 0]
    assert_same(team, PERIOD)
    work()
    assert days_beside(team) == [-1]
    assert_same(team, PERIOD)


def test_a_rating_counts_on_the_day_on_which_it_was_given_whatever_becomes_of_the_ticket(team, asked, agent):
    ticket = asked[0]
    ticket.refresh_from_db()
    rate_ticket(ticket, Actor.learner(ticket.learner), 1)
    ticket.ratings.update(resolved_by=agent)
    given = Period(FIRST + timedelta(days=3), FIRST + timedelta(days=3))
    ticket.ratings.update(created_at=given.start + timedelta(hours=5))
    work()
    changes = [
        lambda: actions.reopen_ticket(ticket, Actor.system()),
        lambda: actions.assign_ticket(ticket, Actor.system(), None),
        lambda: Ticket.objects.filter(pk=ticket.pk).update(course=CourseFactory(team=team)),
        lambda: ticket.ratings.update(score=2),
        lambda: ticket.ratings.update(resolved_by=None),
        lambda: ticket.ratings.all().delete(),
    ]
    people, scores = [agent.pk] * 5 + [None] * 2, ["1", "1", "1", "1", "2", "2", ""]
    for change, person, score in zip([lambda: None, *changes], people, scores, strict=True):
        change()
        expected = {(person, score): 1} if score else {}
        for _ in ("by the mark", "by the summary"):
            assert +TeamFigures(team).counts(RATINGS, given) == expected
            assert_same(team, PERIOD)
            work()
        assert days_beside(team) == [-1]
