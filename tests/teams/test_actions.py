"""Who may add whom to a team, and that one owner always remains."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from helpdesk.teams import actions
from helpdesk.teams.models import Invitation, Membership, Team, User
from helpdesk.teams.roles import Role
from helpdesk.teams.tokens import hash_token
from helpdesk.ui.refusals import ActionRefused
from tests.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def refused(words):
    return pytest.raises(ActionRefused, match=words)


def test_a_new_team_has_its_owner():
    team = actions.create_team("Escola da Ana", "Ana@Example.com", "uma senha comprida")
    membership = team.memberships.get()
    assert (team.slug, membership.role, membership.user.email) == ("escola-da-ana", "owner", "ana@example.com")
    assert membership.user.check_password("uma senha comprida")


def test_teams_with_the_same_name_get_different_slugs():
    slugs = [actions.create_team("Escola", "ana@example.com").slug for _ in range(3)]
    assert slugs == ["escola", "escola-2", "escola-3"]
    assert User.objects.count() == 1


def test_a_name_without_letters_gets_a_slug():
    assert actions.create_team("🎂", "ana@example.com").slug == "team"


def test_a_weak_password_creates_nothing():
    with pytest.raises(ValidationError):
        actions.create_team("Escola", "ana@example.com", "12345")
    assert Team.objects.count() == User.objects.count() == 0


def test_an_invited_person_joins_with_the_role(owner_membership):
    invitation, token = actions.invite(owner_membership, "New@Example.com", Role.AGENT)
    assert invitation.token_hash == hash_token(token) != token
    membership = actions.accept_invitation(invitation, UserFactory(email="new@example.com"))
    assert (membership.team, membership.role) == (owner_membership.team, Role.AGENT)
    assert Invitation.objects.count() == 0


def test_inviting_again_invalidates_the_first_invitation(owner_membership):
    first, _token = actions.invite(owner_membership, "new@example.com", Role.AGENT)
    actions.invite(owner_membership, "new@example.com", Role.VIEWER)
    with refused("no longer valid"):
        actions.accept_invitation(first, UserFactory(email="new@example.com"))
    assert Invitation.objects.get().role == Role.VIEWER


def test_an_expired_or_foreign_invitation_is_refused(owner_membership):
    invitation, _token = actions.invite(owner_membership, "new@example.com", Role.AGENT)
    with refused("This invitation is for"):
        actions.accept_invitation(invitation, UserFactory(email="other@example.com"))
    invitation.expires_at = timezone.now() - timedelta(seconds=1)
    with refused("no longer valid"):
        actions.accept_invitation(invitation, UserFactory(email="new@example.com"))


def test_a_member_cannot_be_invited_again(owner_membership, manager):
    with refused("already a member"):
        actions.invite(owner_membership, manager.email, Role.AGENT)


def test_only_owners_can_appoint_and_change_owners(owner_membership, manager_membership, team):
    agent = MembershipFactory(team=team)
    for change in (
        lambda: actions.invite(manager_membership, "x@example.com", Role.OWNER),
        lambda: actions.change_role(manager_membership, agent, Role.OWNER),
        lambda: actions.change_role(manager_membership, owner_membership, Role.AGENT),
        lambda: actions.remove_member(manager_membership, owner_membership),
    ):
        with refused("Only an owner"):
            change()
    actions.change_role(owner_membership, agent, Role.OWNER)
    actions.remove_member(agent, owner_membership)
    assert Membership.objects.get(team=team, role=Role.OWNER) == agent


def test_the_last_owner_cannot_be_demoted_or_removed(owner_membership):
    with refused("needs an owner"):
        actions.change_role(owner_membership, owner_membership, Role.AGENT)
    with refused("needs an owner"):
        actions.remove_member(owner_membership, owner_membership)


def test_an_unknown_role_is_refused(owner_membership, manager_membership):
    with refused("Unknown role"):
        actions.change_role(owner_membership, manager_membership, "king")


def test_deleting_a_team_deletes_all_its_data(client):
    from helpdesk.tickets.models import Ticket
    from tests.factories import open_ticket, source_of
    from tests.webhooks.sender import learner_help, process, send

    team = TeamFactory()
    source = source_of(team)
    for number in range(2):
        send(client, source, learner_help(id=str(number)))
    process()
    other = open_ticket(TeamFactory())
    team.delete()
    assert Ticket.objects.get() == other


def test_the_teams_name_is_refused_as_password():
    with pytest.raises(ValidationError):
        actions.create_team("Confeitaria da Lua", "ana@example.com", "confeitaria da lua")


# Rights end with what they rest on


@pytest.mark.parametrize("end", ["demote", "remove", "deactivate"])
def test_invitations_end_when_the_inviter_loses_the_right(owner_membership, manager_membership, team, end):
    invitation, _token = actions.invite(manager_membership, "new@example.com", Role.MANAGER)
    kept, _token = actions.invite(owner_membership, "other@example.com", Role.AGENT)
    if end == "demote":
        actions.change_role(owner_membership, manager_membership, Role.AGENT)
    elif end == "remove":
        actions.remove_member(owner_membership, manager_membership)
    else:
        User.objects.filter(pk=manager_membership.user_id).update(is_active=False)
    with refused("no longer valid"):
        actions.accept_invitation(invitation, UserFactory(email="new@example.com"))
    assert actions.accept_invitation(kept, UserFactory(email="other@example.com")).role == Role.AGENT


@pytest.mark.parametrize("is_removed", [True, False])
def test_a_right_lost_meanwhile_is_not_used(owner_membership, manager_membership, team, is_removed):
    before = Membership.objects.get(pk=manager_membership.pk)
    agent = MembershipFactory(team=team)
    if is_removed:
        actions.remove_member(owner_membership, manager_membership)
    else:
        actions.change_role(owner_membership, manager_membership, Role.AGENT)
    for change in (
        lambda: actions.invite(before, "new@example.com", Role.MANAGER),
        lambda: actions.change_role(before, agent, Role.MANAGER),
        lambda: actions.remove_member(before, agent),
    ):
        with refused("no longer allowed"):
            change()


def test_invitations_of_owners_end_when_the_inviter_becomes_a_manager(owner_membership, team):
    other = MembershipFactory(team=team, role=Role.OWNER)
    invitation, _token = actions.invite(other, "new@example.com", Role.OWNER)
    kept, _token = actions.invite(other, "agent@example.com", Role.AGENT)
    actions.change_role(owner_membership, other, Role.MANAGER)
    assert list(Invitation.objects.all()) == [kept]
    with refused("no longer valid"):
        actions.accept_invitation(invitation, UserFactory(email="new@example.com"))


def test_accepting_an_invitation_twice_has_no_further_effect(owner_membership, team):
    invitation, _token = actions.invite(owner_membership, "new@example.com", Role.AGENT)
    user = UserFactory(email="new@example.com")
    first = actions.accept_invitation(invitation, user)
    assert actions.accept_invitation(invitation, user) == first


@pytest.mark.parametrize(
    "change", [lambda by, member: actions.change_role(by, member, Role.VIEWER), actions.remove_member]
)
def test_changing_a_member_removed_meanwhile_is_refused(owner_membership, change):
    member = MembershipFactory(team=owner_membership.team)
    Membership.objects.filter(pk=member.pk).delete()
    with refused("no longer on the team"):
        change(owner_membership, member)
