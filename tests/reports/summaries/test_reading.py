"""Reports read the days that are summarized, and the tickets of the others."""

from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.models import QuestionRequest
from helpdesk.reports import summaries, team_figures
from helpdesk.reports.figures import (
    FIGURES,
    MEASURES,
    RATINGS,
    RESOLUTION,
    RESPONSE,
)
from helpdesk.reports.models import SummaryCount, SummaryDay
from helpdesk.reports.summaries import invalidate_marked_days
from helpdesk.reports.team_figures import TeamFigures
from helpdesk.teams.models import Membership
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.periods import Period
from tests.factories import CourseFactory
from tests.reports.summaries.reading import FIRST, NOON, PERIOD, assert_same, days_beside, figures_of, work

pytestmark = pytest.mark.django_db


def test_a_report_reads_only_days_without_a_summary(team, asked_tickets):
    assert days_beside(team) == [-1, 0, 1, 2, 3, 4]
    work()
    assert days_beside(team) == [-1]  # before the first ticket
    actions.add_tag(asked_tickets[1], Actor.system(), "vídeo")
    assert days_beside(team) == [-1, 1]
    invalidate_marked_days(team)
    assert days_beside(team) == [-1, 1]
    assert_same(team, PERIOD)
    work()
    assert days_beside(team) == [-1]
    assert_same(team, PERIOD)


def test_a_duration_is_never_negative_even_if_a_clock_was_set_back(team, asked_tickets):
    first = asked_tickets[0]
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


def test_unfinished_durations_do_not_count(team, asked_tickets):
    unanswered = Period(FIRST + timedelta(days=2), FIRST + timedelta(days=2))
    assert TeamFigures(team).percentiles([RESPONSE, RESOLUTION], unanswered, [0.5]) == [[None], [None]]


def test_reports_read_the_summaries(team, asked_tickets):
    work()
    assert SummaryCount.objects.update(count=7) > 0
    assert set(TeamFigures(team).counts(FIGURES[0], PERIOD).values()) == {7}


def test_a_members_time_zone_has_its_own_days(team, asked_tickets, agent):
    type(agent).objects.filter(pk=agent.pk).update(time_zone="Asia/Kathmandu")
    work()
    assert set(SummaryDay.objects.values_list("time_zone", flat=True)) == {"America/Sao_Paulo", "Asia/Kathmandu"}
    for zone in ("America/Sao_Paulo", "Asia/Kathmandu"):
        with timezone.override(zone):
            assert summaries.current_days(team, zone, PERIOD)
            assert_same(team, PERIOD)
    actions.resolve_ticket(asked_tickets[2], Actor.system())
    for zone in ("America/Sao_Paulo", "Asia/Kathmandu", "UTC"):
        with timezone.override(zone):
            assert_same(team, PERIOD)
    Membership.objects.filter(user=agent).delete()
    for _ in range(40):
        work()
    assert set(SummaryDay.objects.values_list("time_zone", flat=True)) == {"America/Sao_Paulo"}


def test_a_team_that_changes_its_time_zone_is_summarized_in_it(team, asked_tickets):
    work()
    type(team).objects.filter(pk=team.pk).update(time_zone="Pacific/Auckland")
    with timezone.override("Pacific/Auckland"):
        assert days_beside(team) == [-1, 0, 1, 2, 3, 4]
        assert_same(team, PERIOD)
        work()
        assert days_beside(team) == [-1, 0]
        assert_same(team, PERIOD)


def test_many_spans_are_merged_into_a_few(team, asked_tickets, monkeypatch):
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


def test_the_number_of_queries_does_not_grow_with_the_days(page, team, asked_tickets, django_assert_num_queries):
    work()
    for last in (FIRST, FIRST + timedelta(days=15)):
        address = f"/t/escola/reports/?first={FIRST}&last={last}"
        page.get(address)
        with django_assert_num_queries(33):
            page.get(address)


@pytest.mark.django_db(transaction=True)
def test_a_report_is_consistent_while_its_days_are_recounted(team, asked_tickets):
    work()
    slow = figures_of(team, PERIOD, from_tickets=True)
    other = connections.create_connection("default")
    try:
        with team_figures.repeatable_read():
            figures = TeamFigures(team, is_page=True)
            assert figures.days_of(PERIOD).summarized
            with other.cursor() as cursor:
                cursor.execute("DELETE FROM reports_summarydurations; DELETE FROM reports_summarycount")
            assert figures_of(team, PERIOD, is_page=True) == slow
    finally:
        other.close()
    assert connection.in_atomic_block is False


def test_a_rating_counts_on_the_day_it_was_given(team, asked_tickets, agent):
    ticket = asked_tickets[0]
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
