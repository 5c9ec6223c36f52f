"""A learner who asks again: one ticket, reopened; and how it is split again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from tests.factories import NOON, open_ticket
from tests.tickets.reading import kinds, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_asking_in_another_course_or_none_opens_another_ticket(team):
    first = open_ticket(team)
    assert open_ticket(team, learner=first.learner).merged_into is None
    without, again = (
        actions.open_ticket(team, Actor.system(), learner=first.learner, course=None, producer=None, requested_at=NOON)
        for _ in range(2)
    )
    assert (without.merged_into, again.merged_into) == (None, without)


def test_asking_again_records_the_call_and_keeps_other_statuses(team, actor):
    first = open_ticket(team)
    actions.change_status(first, actor, Status.ON_HOLD)
    again = open_ticket(team, learner=first.learner, course=first.course, question="Cadê?")
    first.refresh_from_db()
    event = first.events.latest("pk")
    assert (event.kind, event.fact.attribute, event.fact.new_value) == (
        "asked_again",
        "merged_tickets",
        str(again.number),
    )
    assert (first.status, first.question, kinds(again)) == (Status.ON_HOLD, "Cadê?", ["created"])


def test_asking_again_merges_into_the_unfinished_ticket(team, actor):
    first = open_ticket(team)
    again = [open_ticket(team, learner=first.learner, course=first.course) for _ in range(2)]
    first.refresh_from_db()
    assert first.request_count == 3
    assert [ticket.merged_into for ticket in again] == [first, first]
    assert list(Ticket.objects.for_team(team).unfinished()) == [first]


def test_asking_again_ends_pending_and_snooze(team, actor):
    first = open_ticket(team)
    actions.change_status(first, actor, Status.PENDING)
    actions.snooze_ticket(first, actor, timezone.now() + timedelta(days=1))
    open_ticket(team, learner=first.learner, course=first.course)
    first.refresh_from_db()
    assert (first.status, first.snoozed_until) == (Status.OPEN, None)


def test_asking_after_the_resolution_opens_another_ticket(team, actor):
    first = open_ticket(team)
    actions.resolve_ticket(first, actor)
    assert open_ticket(team, learner=first.learner, course=first.course).merged_into is None


def test_learners_who_asked_again_come_before_those_who_wait_longest(team):
    longest = open_ticket(team)
    later = open_ticket(team, requested_at=longest.requested_at + timedelta(hours=1))
    open_ticket(team, learner=later.learner, course=later.course, requested_at=later.requested_at)
    assert list(Ticket.objects.for_team(team).unfinished().in_inbox_order()) == [later, longest]


def test_a_merge_by_asking_again_can_be_undone(team, actor):
    first = open_ticket(team)
    again = open_ticket(team, learner=first.learner, course=first.course)
    actions.unmerge_ticket(again, actor)
    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.request_count, again.merged_into) == (1, None)
    assert kinds(first)[-1] == "unmerged"


def test_undoing_a_merge_restores_earlier_merges(team, actor):
    one = open_ticket(team)
    two = open_ticket(team, learner=one.learner)
    merged = open_ticket(team, learner=one.learner, course=two.course)
    actions.merge_ticket(two, actor, one)
    one.refresh_from_db()
    assert one.request_count == 3
    actions.unmerge_ticket(Ticket.objects.get(pk=merged.pk), actor)
    actions.unmerge_ticket(Ticket.objects.get(pk=two.pk), actor)
    for ticket in (one, two, merged):
        ticket.refresh_from_db()
        assert (ticket.request_count, ticket.merged_into) == (1, None)


def test_tickets_of_two_learners_are_not_merged(team, actor):
    with refused("the same learner"):
        actions.merge_ticket(open_ticket(team), actor, open_ticket(team))


def test_a_ticket_is_not_merged_into_itself_or_into_a_finished_one(team, actor):
    one = open_ticket(team)
    two = open_ticket(team, learner=one.learner)
    with refused("into itself"):
        actions.merge_ticket(one, actor, one)
    actions.resolve_ticket(two, actor)
    with refused("into a finished one"):
        actions.merge_ticket(one, actor, two)


def test_a_merged_ticket_refuses_changes(team, actor):
    first = open_ticket(team)
    again = open_ticket(team, learner=first.learner, course=first.course)
    with refused("merged into another"):
        actions.resolve_ticket(again, actor)
