"""Whatever happens to tickets, and whenever the worker runs, figures from summaries match the tickets."""

import os
import zoneinfo
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.models import QuestionRequest, ShownGuess
from helpdesk.courses.models import Lesson
from helpdesk.reports import summaries
from helpdesk.reports.management.commands import rebuild_summaries
from helpdesk.reports.models import StaleMoment
from helpdesk.reports.summaries import invalidate_marked_days
from helpdesk.tickets import actions, undo
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Tag, Ticket
from helpdesk.tickets.periods import Period
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, TeamFactory
from tests.reports.summaries.reading import NOON, assert_same, work

# Where a day has no midnight, has it twice, or begins at no whole hour; each about such a day.
ZONES = {
    "America/Sao_Paulo": date(2018, 11, 4),
    "America/Havana": date(2025, 11, 2),
    "Africa/Cairo": date(2025, 4, 25),
    "Australia/Lord_Howe": date(2025, 4, 6),
    "Asia/Kathmandu": date(2025, 6, 1),
    "Pacific/Apia": date(2011, 12, 30),
}


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
        undo.restore(ticket, actor, changed, {name: after[name] for name in changed})

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

    def invalidate_marked_days(self, ticket, actor, second, number):
        invalidate_marked_days(self.team)

    def rebuild(self, ticket, actor, second, number):
        call_command("rebuild_summaries", team=self.team.slug, stdout=StringIO())


# A failing history is told as it is found: to shorten one takes minutes. More of them: HYPOTHESIS_EXAMPLES=200.
NO_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "12"))
ACTIONS = [name for name in vars(World) if not name.startswith("_") and name not in {"do", "moment", "ticket"}]
STEPS = st.lists(
    st.tuples(
        st.sampled_from([*ACTIONS, "ask", "ask", "resolve_then", "work"]), *[st.integers(0, 9)] * 2, st.integers(0, 999)
    ),
    min_size=4,
    max_size=25,
)


class TestHistories(TestCase):
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
    @given(zone=st.sampled_from(sorted(ZONES)), steps=STEPS, days=st.integers(0, 80), place=st.integers(0, 2))
    def test_the_figures_match_the_tickets_whatever_happened(self, zone, steps, days, place):
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
