"""The actions: what they change, record and refuse."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Status, Ticket
from tests.factories import NOON, CourseFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket
from tests.tickets.reading import kinds, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


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
    with refused("cannot work on this team"):
        actions.assign_ticket(ticket, actor, user)
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_refused_assignee_is_distinguished_from_a_member_with_the_same_name(team, agent, actor):
    user = MembershipFactory(user__name=agent.name).user
    with refused(user.email):
        actions.assign_ticket(open_ticket(team), actor, user)


def test_taking_assigns_oneself_and_unassigning_clears_it(team, agent, actor):
    ticket = open_ticket(team)
    actions.take_ticket(ticket, actor)
    assert ticket.assignee == agent
    actions.assign_ticket(ticket, actor, None)
    assert ticket.assignee is None
    assert kinds(ticket)[-1] == "unassigned"


def test_the_system_cannot_take_a_ticket(team):
    with refused("Only a person"):
        actions.take_ticket(open_ticket(team), Actor.system())


def test_resolving_and_reopening_keep_resolved_at_correct(team, actor):
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
def test_invalid_status_transitions_are_refused(team, actor, first, then):
    ticket = open_ticket(team)
    actions.change_status(ticket, actor, first)
    with refused(f"“{first.label}” cannot become “{then.label}”"):
        actions.change_status(ticket, actor, then)


def test_an_unknown_status_is_refused(team, actor):
    with refused("cannot become “gone”"):
        actions.change_status(open_ticket(team), actor, "gone")


def test_an_unknown_priority_is_refused(team, actor):
    with refused("Unknown priority"):
        actions.change_priority(open_ticket(team), actor, 5)


def test_a_fact_records_who_changed_what_from_which_value_to_which(team, agent, actor):
    ticket, other = open_ticket(team), MembershipFactory(team=team).user
    actions.assign_ticket(ticket, actor, other)
    actions.assign_ticket(ticket, actor, agent)
    event = ticket.events.filter(kind="assigned").latest("pk")
    fact = event.fact
    assert (event.team, event.actor_kind, event.actor, event.actor_name) == (team, "person", agent, str(agent))
    assert (fact.attribute, fact.old_value, fact.new_value) == ("assignee", str(other), str(agent))
    assert (fact.old_person, fact.new_person, event.version) == (other.pk, agent.pk, ticket.version)
    created = ticket.events.get(kind="created")
    assert (created.actor_kind, created.actor, created.actor_name) == ("system", None, "")
    fact = created.fact
    assert (fact.attribute, fact.old_value, fact.new_value, fact.old_person) == ("", "", "", None)


@pytest.mark.parametrize(
    ("do", "facts"),
    [
        (lambda ticket, actor: actions.assign_ticket(ticket, actor, None), ("assignee", "Beatriz", "")),
        (lambda ticket, actor: actions.change_status(ticket, actor, "pending"), ("status", "open", "pending")),
        (lambda ticket, actor: actions.add_tag(ticket, actor, "Vídeo"), ("tags", "", "vídeo")),
        (lambda ticket, actor: actions.remove_tag(ticket, actor, " Acesso"), ("tags", "acesso", "")),
        (
            lambda ticket, actor: actions.unsnooze_ticket(ticket, actor),
            ("snoozed_until", "2099-01-01T00:00:00+00:00", ""),
        ),
    ],
    ids=["unassigned", "status", "tagged", "untagged", "unsnoozed"],
)
def test_each_change_is_a_new_version_with_its_fact(team, actor, do, facts):
    ticket = open_ticket(team)
    actions.assign_ticket(ticket, actor, MembershipFactory(team=team, user__name="Beatriz").user)
    actions.add_tag(ticket, actor, "acesso")
    Ticket.objects.update(snoozed_until=datetime(2099, 1, 1, tzinfo=UTC), last_activity_at=NOON)
    version = ticket.version
    do(ticket, actor)
    event = ticket.events.latest("pk")
    assert (event.fact.attribute, event.fact.old_value, event.fact.new_value) == facts
    ticket.refresh_from_db()
    assert ticket.version == event.version == version + 1
    assert ticket.last_activity_at > NOON


@pytest.mark.parametrize(
    "do",
    [
        lambda ticket, actor: actions.assign_ticket(ticket, actor, None),
        lambda ticket, actor: actions.change_status(ticket, actor, "new"),
        lambda ticket, actor: actions.reopen_ticket(ticket, actor),
        lambda ticket, actor: actions.change_priority(ticket, actor, Priority.NORMAL),
        lambda ticket, actor: actions.remove_tag(ticket, actor, "vídeo"),
        lambda ticket, actor: actions.unsnooze_ticket(ticket, actor),
    ],
    ids=["unassign", "status", "reopen", "priority", "untag", "unsnooze"],
)
def test_an_unchanged_value_records_nothing(team, actor, do):
    ticket = open_ticket(team)
    do(ticket, actor)
    ticket.refresh_from_db()
    assert (kinds(ticket), ticket.version) == (["created"], 1)


def test_closing_a_resolved_ticket_keeps_the_time_of_resolution(team, actor):
    ticket = open_ticket(team)
    actions.change_status(ticket, actor, Status.ON_HOLD)
    actions.change_status(ticket, actor, Status.PENDING)
    assert ticket.resolved_at is None
    actions.resolve_ticket(ticket, actor)
    resolved_at = ticket.resolved_at
    assert resolved_at is not None
    actions.change_status(ticket, actor, Status.CLOSED)
    ticket.refresh_from_db()
    assert ticket.resolved_at == resolved_at
    assert kinds(ticket) == ["created", *["status_changed"] * 4]


@pytest.mark.parametrize("status", [Status.PENDING, Status.RESOLVED, Status.CLOSED])
def test_changing_the_status_is_no_first_response(team, actor, status):
    ticket = open_ticket(team)
    actions.change_status(ticket, actor, status)
    ticket.refresh_from_db()
    assert ticket.first_responded_at is None


def test_priority_is_recorded_with_old_and_new(team, actor):
    ticket = open_ticket(team)
    actions.change_priority(ticket, actor, Priority.URGENT)
    event = ticket.events.get(kind="priority_changed")
    assert (event.fact.old_value, event.fact.new_value) == ("normal", "urgent")


def test_a_new_ticket_contains_the_details_of_its_call(team):
    course, learner = CourseFactory(team=team), LearnerFactory(team=team)
    received_at = NOON + timedelta(minutes=3)
    ticket = open_ticket(
        team, learner=learner, course=course, received_at=received_at, question="  Jose\u0301?\r\nObrigada "
    )
    ticket.refresh_from_db()
    assert (ticket.team, ticket.learner, ticket.course, ticket.producer) == (team, learner, course, course.producer)
    assert (ticket.requested_at, ticket.created_at) == (NOON, received_at)
    assert ticket.response_due_at == NOON + timedelta(hours=team.response_target_hours)
    assert ticket.question == "José?\nObrigada"


def test_a_stale_version_is_refused_with_the_events_of_others_since(team, actor):
    ticket, other = open_ticket(team), Actor.token("Planilha")
    actions.change_priority(ticket, actor, Priority.HIGH)
    actions.require_version(ticket, actor, 1)
    actions.add_tag(ticket, other, "vídeo")
    actions.change_priority(ticket, other, Priority.LOW)
    with pytest.raises(actions.TicketChanged, match="changed while you were looking") as told:
        actions.require_version(ticket, actor, 2)
    assert [event.kind for event in told.value.events] == ["tagged", "priority_changed"]
    with pytest.raises(actions.TicketChanged) as told:
        actions.require_version(ticket, other, 1)
    assert [event.kind for event in told.value.events] == ["priority_changed", "tagged", "priority_changed"]
    with pytest.raises(actions.TicketChanged):
        actions.require_version(ticket, actor, 5)
    actions.require_version(ticket, actor, 4)
