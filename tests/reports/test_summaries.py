"""Summaries of days: the figures are those of the tickets, whatever happens to these, and whenever the worker looks."""

import os
import zoneinfo
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.models import QuestionRequest, ShownGuess
from helpdesk.courses.models import Lesson
from helpdesk.operations.doctor.findings import Level
from helpdesk.reports import summaries, team_figures
from helpdesk.reports.doctor import check_summaries
from helpdesk.reports.figures import (
    FIGURES,
    MEASURES,
    RATINGS,
    REQUESTS,
    RESOLUTION,
    RESOLUTION_BY_PERSON,
    RESOLVED,
    RESPONSE,
    TICKETS,
)
from helpdesk.reports.management.commands import rebuild_summaries
from helpdesk.reports.models import StaleMoment, SummaryCount, SummaryDay, SummaryDurations
from helpdesk.reports.summaries import summarize, summarize_due, take_marks
from helpdesk.reports.tasks import summarize_due_days
from helpdesk.reports.team_figures import TeamFigures
from helpdesk.teams.models import Membership
from helpdesk.tickets import actions, undo
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Tag, Ticket
from helpdesk.tickets.periods import Period
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket

FIRST = timezone.now().date() - timedelta(days=20)  # of those on which somebody asks below
NOON = datetime(FIRST.year, FIRST.month, FIRST.day, 15, 0, tzinfo=UTC)
# Where a day has no midnight, has it twice, or begins at no whole hour; each about such a day.
ZONES = {
    "America/Sao_Paulo": date(2018, 11, 4),
    "America/Havana": date(2025, 11, 2),
    "Africa/Cairo": date(2025, 4, 25),
    "Australia/Lord_Howe": date(2025, 4, 6),
    "Asia/Kathmandu": date(2025, 6, 1),
    "Pacific/Apia": date(2011, 12, 30),
}


def work():
    """What the worker does until nothing is left to do."""
    summarize_due(timezone.now() + timedelta(minutes=5))


def figures_of(team, period, course=None, **how):
    """All that reports ask for, in a form that can be compared: times to a millisecond."""
    found = TeamFigures(team, course, **how)
    fractions = [0.5, 0.9]
    asked: dict[str, Any] = {figure.name: +found.counts(figure, period) for figure in FIGURES}
    asked |= {f"{figure.name} by day": +found.by_day(figure, period) for figure in (REQUESTS, TICKETS, RESOLVED)}
    for measure in MEASURES:
        asked[measure.name] = rounded(found.percentiles([measure], period, fractions))
    starts = found.percentiles_by_start([RESPONSE, RESOLUTION], period, fractions)
    asked["starts"] = {start: rounded(values) for start, values in starts.items()}
    people = found.percentiles_by_person(RESOLUTION_BY_PERSON, period, fractions)
    asked["people"] = {key: rounded([values]) for key, values in people.items() if values != [None, None]}
    return asked


def rounded(rows):
    return [[value and round(value / timedelta(milliseconds=1)) for value in row] for row in rows]


def assert_same(team, period, course=None):
    """The quick way says what the slow way does."""
    assert figures_of(team, period, course, is_page=True) == figures_of(team, period, course, from_tickets=True)


class World:
    """A team and what can happen to its tickets; numbers choose among what is there."""

    def __init__(self, zone):
        self.zone, self.day = zone, ZONES[zone]
        self.team = TeamFactory(time_zone=zone)
        self.people = [MembershipFactory(team=self.team).user for _ in range(2)]
        self.courses = [CourseFactory(team=self.team) for _ in range(2)]
        self.lessons = [
            Lesson.objects.create(team=self.team, course=course, key=str(key), title=str(key), named_at=NOON)
            for course in self.courses
            for key in range(2)
        ]
        self.learners = [LearnerFactory(team=self.team) for _ in range(2)]

    def moment(self, number):
        """Within some days about the odd one, by quarters of an hour; one in eight in the last days."""
        if number % 8 == 7:
            return timezone.now() - timedelta(minutes=15 * (number % 400))
        return datetime(self.day.year, self.day.month, self.day.day, tzinfo=UTC) + timedelta(minutes=15 * number - 3000)

    def ticket(self, number):
        return list(Ticket.objects.for_team(self.team).order_by("pk"))[number % self.team.tickets.count()]

    def do(self, name, first, second, number):
        if name == "ask" or not self.team.tickets.exists():
            self.ask(first, second, number)
            return
        ticket, actor = self.ticket(first), Actor.person(self.people[second % 2])
        with suppress(ActionRefused):
            getattr(self, name)(ticket, actor, second, number)

    def ask(self, first, second, number):
        course = [*self.courses, None][first % 3]
        actions.open_ticket(
            self.team,
            Actor.system(),
            learner=self.learners[second % 2],
            course=course,
            producer=course.producer if course else None,
            requested_at=self.moment(number),
            question="Why?" if number % 5 == 0 else "",
        )

    def assign(self, ticket, actor, second, number):
        actions.assign_ticket(ticket, actor, [*self.people, None][number % 3])

    def change_status(self, ticket, actor, second, number):
        actions.change_status(ticket, actor, list(Status)[number % len(Status)])

    def resolve_then(self, ticket, actor, second, number):
        actions.resolve_ticket(ticket, actor)
        times = {"resolved_at": self.moment(number), "first_responded_at": self.moment(number // 2)}
        Ticket.objects.filter(pk=ticket.pk).update(**times)

    def reopen(self, ticket, actor, second, number):
        actions.reopen_ticket(ticket, actor)

    def merge(self, ticket, actor, second, number):
        actions.merge_ticket(ticket, actor, self.ticket(number))

    def unmerge(self, ticket, actor, second, number):
        actions.unmerge_ticket(ticket, actor)

    def undo(self, ticket, actor, second, number):
        before = undo.state_of(ticket)
        self.resolve_then(ticket, actor, second, number)
        ticket.refresh_from_db()
        after = undo.state_of(ticket)
        changed = {name: value for name, value in before.items() if value != after[name]}
        undo.give_back(ticket, actor, changed, {name: after[name] for name in changed})

    def tag(self, ticket, actor, second, number):
        actions.add_tag(ticket, actor, f"tag {number % 3}")

    def untag(self, ticket, actor, second, number):
        for tag in ticket.tags.all():
            actions.remove_tag(ticket, actor, tag.name)

    def merge_tags(self, ticket, actor, second, number):
        tags = list(Tag.objects.for_team(self.team))
        if len(tags) > 1:
            actions.merge_tags(tags[0], tags[1])

    def delete_tag(self, ticket, actor, second, number):
        for tag in Tag.objects.for_team(self.team)[:1]:
            actions.delete_tag(tag)

    def tell(self, ticket, actor, second, number):
        actions.choose_topic(ticket, actor, ["access", "billing", ""][number % 3])

    def guess(self, ticket, actor, second, number):
        topics = [["access", "billing"], ["billing", "access"], ["content"]][number % 3]
        ShownGuess.objects.update_or_create(ticket=ticket, defaults={"team": self.team, "topics": topics})

    def place(self, ticket, actor, second, number):
        Ticket.objects.filter(pk=ticket.pk).update(lesson=self.lessons[number % 4])

    def lose_lesson(self, ticket, actor, second, number):
        if ticket.lesson:
            ticket.lesson.delete()
            self.lessons = [
                lesson
                if Lesson.objects.filter(pk=lesson.pk).exists()
                else Lesson.objects.create(
                    team=self.team,
                    course=lesson.course,
                    key=f"{number}-{second}-{place}",
                    title="Another",
                    named_at=NOON,
                )
                for place, lesson in enumerate(self.lessons)
            ]

    def ask_question(self, ticket, actor, second, number):
        fields = {"team": self.team, "due_at": ticket.requested_at, "decided_at": ticket.requested_at}
        is_sent = number % 3
        fields |= {"state": "sent", "reason": ""} if is_sent else {"state": "not_sent", "reason": "no_address"}
        fields["answered_at"] = ticket.requested_at + timedelta(minutes=number) if is_sent == 2 else None
        kind = QuestionRequest.Kind.FIRST if number % 4 else QuestionRequest.Kind.AGAIN
        QuestionRequest.objects.update_or_create(ticket=ticket, kind=kind, defaults=fields)

    def rate(self, ticket, actor, second, number):
        rate_ticket(ticket, actor, 1 + number % 3)

    def rate_then(self, ticket, actor, second, number):
        self.resolve_then(ticket, actor, second, number)
        ticket.refresh_from_db()
        rate_ticket(ticket, actor, 1 + number % 3)
        ticket.ratings.filter(resolved_at=ticket.resolved_at).update(created_at=self.moment(number // 3))

    def leave(self, ticket, actor, second, number):
        self.people[second % 2].delete()
        self.people[second % 2] = MembershipFactory(team=self.team).user

    def delete(self, ticket, actor, second, number):
        if not ticket.merged_tickets.exists():
            ticket.delete()

    def work(self, ticket, actor, second, number):
        work()

    def take_marks(self, ticket, actor, second, number):
        take_marks(self.team)

    def rebuild(self, ticket, actor, second, number):
        call_command("rebuild_summaries", team=self.team.slug, stdout=StringIO())


# A failing history is told as it is found: to shorten one takes minutes. More of them: HYPOTHESIS_EXAMPLES=200.
NO_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "12"))
DEEDS = [name for name in vars(World) if not name.startswith("_") and name not in {"do", "moment", "ticket"}]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*DEEDS, "ask", "ask", "resolve_then", "work"]), *[st.integers(0, 9)] * 2, st.integers(0, 999)
    ),
    min_size=4,
    max_size=25,
)


class TestHistories(TestCase):
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
    @given(zone=st.sampled_from(sorted(ZONES)), steps=STEPS, days=st.integers(0, 80), place=st.integers(0, 2))
    def test_the_figures_are_those_of_the_tickets_whatever_happened(self, zone, steps, days, place):
        about = Period(ZONES[zone] - timedelta(days=3), ZONES[zone] + timedelta(days=9))
        with pytest.MonkeyPatch.context() as patch:
            # Of many days before the first ticket, and after, there is nothing to count.
            patch.setattr(summaries, "summarizable_days", lambda team, zone: about)
            patch.setattr(rebuild_summaries, "summarizable_days", lambda team, zone: about)
            world = World(zone)
            with timezone.override(zoneinfo.ZoneInfo(zone)):
                for step in steps:
                    world.do(*step)
                first = world.day - timedelta(days=1)
                period = Period(first, first + timedelta(days=days))
                assert_same(world.team, period)
                assert_same(world.team, period, ["none", *world.courses][place])
                assert_same(world.team, Period.until_today(3))
                work()
                assert not StaleMoment.objects.for_team(world.team).exists()
                days_that_hold = summaries.current_days(world.team, zone, about)
                assert len(days_that_hold) == about.days
                assert_same(world.team, about)


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
    given = Period(FIRST + timedelta(days=3), FIRST + timedelta(days=3))
    ticket.ratings.update(created_at=given.start + timedelta(hours=5))
    work()
    changes = [
        lambda: actions.reopen_ticket(ticket, Actor.system()),
        lambda: actions.assign_ticket(ticket, Actor.system(), None),
        lambda: Ticket.objects.filter(pk=ticket.pk).update(course=CourseFactory(team=team)),
        lambda: ticket.ratings.update(score=2),
        lambda: ticket.ratings.all().delete(),
    ]
    people, scores = [agent.pk, agent.pk, None, None, None, None], ["1", "1", "1", "1", "2", ""]
    for change, person, score in zip([lambda: None, *changes], people, scores, strict=True):
        change()
        expected = {(person, score): 1} if score else {}
        for _ in ("by the mark", "by the summary"):
            assert +TeamFigures(team).counts(RATINGS, given) == expected
            assert_same(team, PERIOD)
            work()
        assert days_beside(team) == [-1]
