"""The worker that summarizes days: which, how often, and what one at work does not lose."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from helpdesk.operations.doctor.findings import Level
from helpdesk.reports import summaries
from helpdesk.reports.doctor import check_summaries
from helpdesk.reports.models import StaleMoment, SummaryCount, SummaryDay, SummaryDurations
from helpdesk.reports.summaries import invalidate_marked_days, summarize, summarize_due
from helpdesk.reports.tasks import summarize_due_days
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.periods import Period
from tests.factories import TeamFactory, open_ticket
from tests.reports.summaries.reading import FIRST, NOON, PERIOD, assert_same, days_beside, figures_of, work

pytestmark = pytest.mark.django_db


def test_a_day_is_summarized_two_days_after_it_ends(team, asked_tickets):
    open_ticket(team, requested_at=timezone.now())
    work()
    last = SummaryDay.objects.for_team(team).latest("day")
    assert timedelta(days=2) <= timezone.now() - last.ends_at < timedelta(days=3, hours=1)
    assert not StaleMoment.objects.exists()
    assert_same(team, Period.until_today(30))


def test_uncounted_changes_mark_nothing_as_stale(team, asked_tickets):
    work()
    actions.change_priority(asked_tickets[2], Actor.system(), 3)
    actions.snooze_ticket(asked_tickets[2], Actor.system(), timezone.now() + timedelta(days=1))
    assert not StaleMoment.objects.exists()


def test_an_interrupted_or_repeated_summary_counts_nothing_twice(team, asked_tickets, monkeypatch):
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


def test_a_job_stops_in_time_and_the_next_continues(team, asked_tickets):
    assert summarize_due(timezone.now()) == 0
    assert not SummaryDay.objects.exists()
    work()
    assert SummaryDay.objects.exists()


def test_a_command_rebuilds_the_summaries(team, asked_tickets, capsys):
    work()
    SummaryCount.objects.update(count=7)
    call_command("rebuild_summaries", team=team.slug)
    assert "Summarized" in capsys.readouterr().out
    assert_same(team, PERIOD)
    with pytest.raises(CommandError, match="no team"):
        call_command("rebuild_summaries", team="none-such")


def test_another_teams_summaries_are_left_alone(team, asked_tickets):
    foreign = open_ticket(TeamFactory(), requested_at=NOON)
    call_command("rebuild_summaries", team=team.slug)
    assert not SummaryDay.objects.for_team(foreign.team).exists()
    work()
    assert_same(team, PERIOD)
    assert_same(foreign.team, PERIOD)


def test_a_deleted_team_leaves_nothing_behind(team, asked_tickets):
    work()
    Ticket.objects.all().delete()
    team.delete()
    assert not StaleMoment.objects.exists()
    assert not SummaryDay.objects.exists()


def test_the_doctor_reports_overdue_summaries(team, asked_tickets):
    (finding,) = check_summaries()
    assert finding.level == Level.WARN
    work()
    (finding,) = check_summaries()
    assert finding.level == Level.OK
    actions.resolve_ticket(asked_tickets[2], Actor.system())
    StaleMoment.objects.update(marked_at=timezone.now() - timedelta(hours=1))
    (finding,) = check_summaries()
    assert finding.level == Level.WARN


@pytest.mark.django_db(transaction=True)
def test_a_change_committed_while_its_day_is_counted_is_not_lost(team, asked_tickets, monkeypatch):
    other = connections.create_connection("default")
    count = summaries._counts
    try:
        work()
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("UPDATE tickets_ticket SET assignee_id = NULL WHERE id = %s", [asked_tickets[0].pk])
            work()  # sees nothing of it yet
            cursor.execute("COMMIT")
        assert days_beside(team) == [-1, 0]
        assert_same(team, PERIOD)

        def and_meanwhile(*args):
            yield from count(*args)
            with other.cursor() as cursor:
                cursor.execute("UPDATE tickets_ticket SET course_id = NULL WHERE id = %s", [asked_tickets[0].pk])

        invalidate_marked_days(team)
        with monkeypatch.context() as patch:
            patch.setattr(summaries, "_counts", and_meanwhile)
            summarize(team, team.time_zone, FIRST)
        assert days_beside(team) == [-1, 0]
        assert_same(team, PERIOD)
        work()
        assert_same(team, PERIOD)
    finally:
        other.close()


def test_a_day_summarized_by_an_older_worker_is_read_from_its_tickets(team, asked_tickets):
    work()
    SummaryDay.objects.filter(day=FIRST).update(summarized_at=timezone.now())  # it does not know `defined_at`
    SummaryCount.objects.filter(day__day=FIRST).update(count=7)
    assert days_beside(team) == [-1, 0]
    assert_same(team, PERIOD)
    work()
    assert days_beside(team) == [-1]
    assert_same(team, PERIOD)
