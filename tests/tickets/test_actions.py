"""The actions: what they change, record and refuse."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Status, Ticket
from tests.factories import MembershipFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def agent(team):
    return MembershipFactory(team=team).user


@pytest.fixture
def actor(agent):
    return Actor.person(agent)


def kinds(ticket):
    return list(ticket.events.order_by("id").values_list("kind", flat=True))


def test_tickets_are_numbered_within_their_team(team):
    other = TeamFactory()
    assert [open_ticket(team).number, open_ticket(team).number, open_ticket(other).number] == [1, 2, 1]


def test_assigning_opens_a_new_ticket(team, agent, actor):
    ticket = open_ticket(team)
    actions.assign_ticket(ticket, actor, agent)
    assert (ticket.assignee, ticket.status) == (agent, Status.OPEN)
    assert kinds(ticket) == ["created", "assigned", "status_changed"]


def test_assigning_twice_records_once(team, agent, actor):
    ticket = open_ticket(team)
    actions.assign_ticket(ticket, actor, agent)
    actions.assign_ticket(ticket, actor, agent)
    assert kinds(ticket).count("assigned") == 1


@pytest.mark.parametrize("role", [Role.VIEWER, None])
def test_only_members_who_work_tickets_are_assigned(team, actor, role):
    user = MembershipFactory(team=team, role=role).user if role else MembershipFactory().user
    ticket = open_ticket(team)
    with pytest.raises(actions.ActionRefused):
        actions.assign_ticket(ticket, actor, user)
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_taking_assigns_oneself_and_unassigning_frees(team, agent, actor):
    ticket = open_ticket(team)
    actions.take_ticket(ticket, actor)
    assert ticket.assignee == agent
    actions.assign_ticket(ticket, actor, None)
    assert ticket.assignee is None
    assert kinds(ticket)[-1] == "unassigned"


def test_the_system_cannot_take_a_ticket(team):
    with pytest.raises(actions.ActionRefused):
        actions.take_ticket(open_ticket(team), Actor.system())


def test_resolving_and_reopening_keep_resolved_at_true(team, actor):
    ticket = open_ticket(team)
    actions.resolve_ticket(ticket, actor)
    assert ticket.resolved_at is not None
    actions.reopen_ticket(ticket, actor)
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert not ticket.resolved_at
    assert kinds(ticket) == ["created", "status_changed", "reopened"]


@pytest.mark.parametrize(
    ("first", "then"),
    [(Status.RESOLVED, Status.PENDING), (Status.CLOSED, Status.RESOLVED), (Status.OPEN, Status.NEW)],
)
def test_steps_outside_the_workflow_are_refused(team, actor, first, then):
    ticket = open_ticket(team)
    actions.change_status(ticket, actor, first)
    with pytest.raises(actions.ActionRefused):
        actions.change_status(ticket, actor, then)


def test_an_unknown_status_is_refused(team, actor):
    with pytest.raises(actions.ActionRefused):
        actions.change_status(open_ticket(team), actor, "gone")


def test_priority_is_recorded_with_old_and_new(team, actor):
    ticket = open_ticket(team)
    actions.change_priority(ticket, actor, Priority.URGENT)
    event = ticket.events.get(kind="priority_changed")
    assert (event.old_value, event.new_value) == ("normal", "urgent")


def test_tags_are_folded_to_lower_case_and_added_once(team, actor):
    ticket = open_ticket(team)
    actions.add_tag(ticket, actor, "  Vídeo  trava ")
    actions.add_tag(ticket, actor, "vídeo trava")
    assert [tag.name for tag in ticket.tags.all()] == ["vídeo trava"]
    actions.remove_tag(ticket, actor, "vídeo trava")
    assert kinds(ticket) == ["created", "tagged", "untagged"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
def test_a_tag_needs_1_to_40_characters(team, actor, name):
    with pytest.raises(actions.ActionRefused):
        actions.add_tag(open_ticket(team), actor, name)


@pytest.mark.parametrize("body", ["", " \n ", "x" * 20_001])
def test_a_note_needs_text_within_its_bounds(team, actor, body):
    with pytest.raises(actions.ActionRefused):
        actions.add_note(open_ticket(team), actor, body)


def test_a_note_keeps_its_author(team, agent, actor):
    ticket = open_ticket(team)
    actions.add_note(ticket, actor, "O vídeo trava.\r\nJá avisei.")
    note = ticket.messages.get()
    assert (note.author, note.body) == (agent, "O vídeo trava.\nJá avisei.")


def test_snoozing_hides_until_later_and_can_be_undone(team, actor):
    ticket = open_ticket(team)
    actions.snooze_ticket(ticket, actor, timezone.now() + timedelta(hours=3))
    assert not Ticket.objects.for_team(team).unfinished().awake().exists()
    actions.unsnooze_ticket(ticket, actor)
    assert Ticket.objects.for_team(team).unfinished().awake().exists()


def test_snoozing_into_the_past_is_refused(team, actor):
    with pytest.raises(actions.ActionRefused):
        actions.snooze_ticket(open_ticket(team), actor, timezone.now() - timedelta(minutes=1))


def test_snoozing_until_a_time_that_no_clock_can_show_is_refused(team, actor):
    ticket = open_ticket(team)
    with pytest.raises(actions.ActionRefused):
        actions.snooze_ticket(ticket, actor, datetime.max.replace(tzinfo=UTC))
    assert ticket.snoozed_until is None


def test_asking_again_folds_into_the_unfinished_ticket(team, actor):
    first = open_ticket(team)
    again = [open_ticket(team, learner=first.learner, course=first.course) for _ in range(2)]
    first.refresh_from_db()
    assert first.request_count == 3
    assert [ticket.merged_into for ticket in again] == [first, first]
    assert list(Ticket.objects.for_team(team).unfinished()) == [first]


def test_asking_again_brings_the_ticket_back_from_waiting_and_snooze(team, actor):
    first = open_ticket(team)
    actions.change_status(first, actor, Status.PENDING)
    actions.snooze_ticket(first, actor, timezone.now() + timedelta(days=1))
    open_ticket(team, learner=first.learner, course=first.course)
    first.refresh_from_db()
    assert (first.status, first.snoozed_until) == (Status.OPEN, None)


def test_asking_after_the_first_was_resolved_is_a_ticket_of_its_own(team, actor):
    first = open_ticket(team)
    actions.resolve_ticket(first, actor)
    assert open_ticket(team, learner=first.learner, course=first.course).merged_into is None


def test_who_asked_again_comes_before_who_waits_longest(team):
    longest = open_ticket(team)
    later = open_ticket(team, requested_at=longest.requested_at + timedelta(hours=1))
    open_ticket(team, learner=later.learner, course=later.course, requested_at=later.requested_at)
    assert list(Ticket.objects.for_team(team).unfinished().in_inbox_order()) == [later, longest]


def test_a_fold_can_be_undone(team, actor):
    first = open_ticket(team)
    again = open_ticket(team, learner=first.learner, course=first.course)
    actions.unmerge_ticket(again, actor)
    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.request_count, again.merged_into) == (1, None)
    assert kinds(first)[-1] == "unmerged"


def test_undoing_a_merge_brings_back_what_was_folded_before(team, actor):
    one = open_ticket(team)
    two = open_ticket(team, learner=one.learner)
    folded = open_ticket(team, learner=one.learner, course=two.course)
    actions.merge_ticket(two, actor, one)
    one.refresh_from_db()
    assert one.request_count == 3
    actions.unmerge_ticket(Ticket.objects.get(pk=folded.pk), actor)
    actions.unmerge_ticket(Ticket.objects.get(pk=two.pk), actor)
    for ticket in (one, two, folded):
        ticket.refresh_from_db()
        assert (ticket.request_count, ticket.merged_into) == (1, None)


def test_tickets_of_two_learners_are_not_merged(team, actor):
    with pytest.raises(actions.ActionRefused):
        actions.merge_ticket(open_ticket(team), actor, open_ticket(team))


def test_a_ticket_is_not_merged_into_itself_or_into_a_finished_one(team, actor):
    one = open_ticket(team)
    two = open_ticket(team, learner=one.learner)
    with pytest.raises(actions.ActionRefused):
        actions.merge_ticket(one, actor, one)
    actions.resolve_ticket(two, actor)
    with pytest.raises(actions.ActionRefused):
        actions.merge_ticket(one, actor, two)


def test_a_folded_ticket_refuses_changes(team, actor):
    first = open_ticket(team)
    again = open_ticket(team, learner=first.learner, course=first.course)
    with pytest.raises(actions.ActionRefused):
        actions.resolve_ticket(again, actor)
