"""Splitting merged requests off gives each its own question back, and leaves the others theirs."""

from datetime import timedelta

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import NOON, CourseFactory, LearnerFactory, open_ticket
from tests.factories import TeamFactory as Teams

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def ask():
    """Makes a ticket of one learner with a question, each about a course of its own."""
    team = Teams(slug="escola")
    learner = LearnerFactory(team=team)
    return lambda question="": open_ticket(team, learner=learner, course=CourseFactory(team=team), question=question)


def questions(*tickets):
    return [Ticket.objects.get(pk=ticket.pk).question for ticket in tickets]


def merge(into, *tickets):
    for ticket in tickets:
        actions.merge_ticket(ticket, SYSTEM, into)


def split(ticket):
    ticket.refresh_from_db()
    actions.unmerge_ticket(ticket, SYSTEM)


def test_two_equal_questions_are_both_kept(ask):
    a, b = ask("X"), ask("X")
    merge(a, b)
    split(b)
    assert questions(a, b) == ["X", "X"]


def test_the_question_of_a_still_merged_ticket_is_shown(ask):
    a, b, d = ask(), ask("B?"), ask("D?")
    merge(a, b, d)
    assert questions(a) == ["B?"]
    split(b)
    assert questions(a, b, d) == ["D?", "B?", "D?"]
    split(d)
    assert questions(a, d) == ["", "D?"]


def test_a_question_stays_if_another_merged_ticket_asks_the_same(ask):
    a, b, d = ask(), ask("X"), ask("X")
    merge(a, b, d)
    split(b)
    assert questions(a, b, d) == ["X", "X", "X"]
    split(d)
    assert questions(a) == [""]


def test_a_question_is_shown_through_several_merges_and_leaves_with_its_ticket(ask):
    a, b, d = ask(), ask(), ask("D?")
    merge(b, d)
    merge(a, b)
    assert questions(a, b) == ["D?", "D?"]
    split(d)
    assert questions(a, b, d) == ["", "", "D?"]


def test_a_split_off_ticket_keeps_the_question_of_tickets_merged_into_it(ask):
    a, b, d = ask(), ask(), ask("D?")
    merge(b, d)
    merge(a, b)
    split(b)
    assert questions(a, b, d) == ["", "D?", "D?"]


def test_an_earlier_call_as_root_leaves_each_ticket_its_question(ask):
    team = Teams(slug="outra")
    call = {"learner": LearnerFactory(team=team), "course": CourseFactory(team=team)}
    second = open_ticket(team, requested_at=NOON.replace(hour=13), **call)
    third = open_ticket(team, requested_at=NOON.replace(hour=14), question="E a nota?", **call)
    assert questions(second) == ["E a nota?"]
    first = open_ticket(team, requested_at=NOON, **call)
    assert questions(first, second, third) == ["E a nota?", "", "E a nota?"]
    split(second)
    assert questions(first, second) == ["E a nota?", ""]
    split(third)
    assert questions(first, third) == ["", "E a nota?"]


def test_an_earlier_call_becomes_the_root_of_many_in_few_queries(django_assert_max_num_queries):
    team = Teams(slug="muitas")
    call = {"learner": LearnerFactory(team=team), "course": CourseFactory(team=team)}
    later = [open_ticket(team, requested_at=NOON + timedelta(minutes=each), **call) for each in range(1, 31)]
    with django_assert_max_num_queries(20):
        first = open_ticket(team, requested_at=NOON, **call)
    first.refresh_from_db()
    assert first.request_count == 31
    rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in later])
    assert set(rows.values_list("merged_into", "request_count")) == {(first.pk, 1)}
    kinds = list(first.events.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["created", *["asked_again"] * 30]
    for ticket in rows:
        last = ticket.events.latest("pk")
        assert (last.kind, last.version, ticket.is_merged) == ("merged", ticket.version, True)


def test_an_earlier_call_as_root_takes_over_a_merged_question():
    team = Teams(slug="escola")
    learner, course = LearnerFactory(team=team), CourseFactory(team=team)

    def call(hours, question=""):
        at = NOON + timedelta(hours=hours)
        return open_ticket(team, learner=learner, course=course, question=question, requested_at=at)

    later, latest = call(1), call(2, "X")
    assert questions(later) == ["X"]
    earliest = call(0)
    assert questions(earliest, later, latest) == ["X", "", "X"]
    split(Ticket.objects.get(pk=later.pk))
    assert questions(earliest, later, latest) == ["X", "", "X"]
