"""People who may no longer work on tickets keep none unfinished."""

import pytest

from helpdesk.teams import actions as team_actions
from helpdesk.teams.leaving import deactivate
from helpdesk.teams.models import User
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions, undo
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.forms import AssignmentForm
from helpdesk.tickets.models import Status
from helpdesk.tickets.tasks import release_tickets_of_people_who_left
from tests.factories import MembershipFactory, UserFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague_membership(colleague):
    return colleague.memberships.get()


@pytest.fixture
def operator_account():
    return UserFactory(is_staff=True, is_superuser=True, name="Operadora")


def ticket_of(membership):
    ticket = open_ticket(membership.team)
    actions.assign_ticket(ticket, Actor.system(), membership.user)
    return ticket


def remove(client, owner, member, operator_account):
    client.force_login(owner)
    assert client.post(f"/t/escola/team/members/{member.pk}/remove/").status_code == 302
    return owner


def demote(client, owner, member, operator_account):
    client.force_login(owner)
    assert client.post(f"/t/escola/team/members/{member.pk}/role/", {"role": "viewer"}).status_code == 302
    return owner


def remove_in_admin(client, owner, member, operator_account):
    client.force_login(operator_account)
    client.post(f"/admin/teams/membership/{member.pk}/delete/", {"post": "yes"})
    return operator_account


def demote_in_admin(client, owner, member, operator_account):
    client.force_login(operator_account)
    data = {"team": member.team_id, "user": member.user_id, "role": "viewer"}
    client.post(f"/admin/teams/membership/{member.pk}/change/", data)
    return operator_account


def deactivate_in_admin(client, owner, member, operator_account):
    client.force_login(operator_account)
    data = {"email": member.user.email, "name": member.user.name}
    client.post(f"/admin/teams/user/{member.user_id}/change/", data)
    return operator_account


def delete_in_admin(client, owner, member, operator_account):
    client.force_login(operator_account)
    client.post(f"/admin/teams/user/{member.user_id}/delete/", {"post": "yes"})
    return operator_account


def delete_several_in_admin(client, owner, member, operator_account):
    client.force_login(operator_account)
    data = {"action": "delete_selected", "_selected_action": [member.user_id], "post": "yes"}
    client.post("/admin/teams/user/", data)
    return operator_account


WAYS = [
    remove,
    demote,
    remove_in_admin,
    demote_in_admin,
    deactivate_in_admin,
    delete_in_admin,
    delete_several_in_admin,
]


@pytest.mark.parametrize("leave", WAYS)
def test_people_who_leave_release_their_unfinished_tickets(
    client, owner, owner_membership, colleague_membership, operator_account, leave
):
    ticket, done, other = ticket_of(colleague_membership), ticket_of(colleague_membership), ticket_of(owner_membership)
    actions.resolve_ticket(done, Actor.system())
    actor = leave(client, owner, colleague_membership, operator_account)
    ticket.refresh_from_db()
    other.refresh_from_db()
    event = ticket.events.latest("pk")
    assert (ticket.assignee, other.assignee) == (None, owner)
    assert (event.kind, event.actor, event.fact.old_value) == ("unassigned", actor, "Lia Nunes")
    assert done.events.latest("pk").kind == "status_changed"
    assert f'value="{colleague_membership.user_id}"' not in AssignmentForm(team=ticket.team).as_p()


def test_tickets_in_other_teams_keep_their_assignee(owner_membership, colleague_membership):
    elsewhere = ticket_of(MembershipFactory(user=colleague_membership.user))
    team_actions.remove_member(owner_membership, colleague_membership)
    elsewhere.refresh_from_db()
    assert elsewhere.assignee == colleague_membership.user


def test_tickets_stay_assigned_if_the_new_role_works_on_tickets(owner_membership, colleague_membership):
    ticket = ticket_of(colleague_membership)
    team_actions.change_role(owner_membership, colleague_membership, Role.MANAGER)
    ticket.refresh_from_db()
    assert ticket.assignee == colleague_membership.user


def test_a_deactivated_person_cannot_be_assigned(owner, colleague_membership):
    deactivate([colleague_membership.user], owner)
    with pytest.raises(actions.ActionRefused):
        actions.assign_ticket(
            open_ticket(colleague_membership.team), Actor.system(), User.objects.get(pk=colleague_membership.user_id)
        )


def test_a_reopened_ticket_of_a_former_member_is_released_soon(owner_membership, colleague_membership):
    ticket = ticket_of(colleague_membership)
    actions.resolve_ticket(ticket, Actor.system())
    team_actions.remove_member(owner_membership, colleague_membership)
    actions.reopen_ticket(ticket, Actor.system())
    release_tickets_of_people_who_left()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (None, Status.OPEN)


@pytest.mark.parametrize("leave", [Role.VIEWER, None], ids=["demoted", "removed"])
@pytest.mark.parametrize("by", ["unmerge", "reopen", "undo"])
def test_a_ticket_to_do_again_is_not_assigned_to_a_former_member(
    team, owner, owner_membership, colleague_membership, leave, by
):
    ticket, actor = ticket_of(colleague_membership), Actor.person(owner)
    before = undo.state_of(ticket)
    if by == "unmerge":
        actions.merge_ticket(ticket, actor, open_ticket(team, learner=ticket.learner))
    else:
        actions.resolve_ticket(ticket, actor)
    after = undo.state_of(ticket)
    if leave:
        team_actions.change_role(owner_membership, colleague_membership, leave)
    else:
        team_actions.remove_member(owner_membership, colleague_membership)
    ticket.refresh_from_db()
    assert ticket.assignee == colleague_membership.user
    if by == "unmerge":
        actions.unmerge_ticket(ticket, actor)
    elif by == "reopen":
        actions.reopen_ticket(ticket, actor)
    else:
        undo.restore(ticket, actor, {"status": before["status"]}, {"status": after["status"]})
    ticket.refresh_from_db()
    assert (ticket.is_finished, ticket.is_merged, ticket.assignee) == (False, False, None)
    released = ticket.events.get(kind="unassigned")
    assert (released.actor, released.fact.old_person) == (owner, colleague_membership.user_id)


def test_a_reopened_ticket_stays_assigned_to_a_member(team, owner, colleague_membership):
    ticket = ticket_of(colleague_membership)
    actions.resolve_ticket(ticket, Actor.person(owner))
    actions.reopen_ticket(ticket, Actor.person(owner))
    assert ticket.assignee == colleague_membership.user
