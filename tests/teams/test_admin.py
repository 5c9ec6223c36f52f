"""Teams and their members in the operator's admin: what follows there is what follows on the team's own page."""

import pytest
from django.test import Client
from django.urls import reverse

from helpdesk.api.actions import create_token
from helpdesk.audit.models import AuditEvent
from helpdesk.teams.actions import invite
from helpdesk.teams.admin import TeamAdmin
from helpdesk.teams.models import FormerMembership, Invitation, Membership, Team
from tests.admin.addresses import change, changelist
from tests.audit.entries import entries_of
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_tokens_and_invitations_end_with_the_role_in_the_admin_too(operator, team):
    for end in ("demote", "delete", "deactivate"):
        manager = MembershipFactory(team=team, role="manager")
        token, _secret = create_token(team, "Planilha", by=manager.user)
        if end == "demote":
            operator.post(change(manager), {"user": manager.user_id, "team": team.pk, "role": "agent"})
        elif end == "delete":
            operator.post(reverse("admin:teams_membership_delete", args=[manager.pk]), {"post": "yes"})
        else:
            operator.post(change(manager.user), {"email": manager.user.email, "name": "x"})
        token.refresh_from_db()
        assert not token.is_live, end


def team_form(team, membership, **changes):
    data = {"name": "Escola", "slug": team.slug, "time_zone": team.time_zone, "response_target_hours": "24"}
    data |= {"reopen_within_days": "7", "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1"}
    data |= {"memberships-0-id": membership.pk, "memberships-0-team": team.pk}
    data |= {"memberships-0-user": membership.user_id, "memberships-0-role": membership.role}
    return data | {f"memberships-0-{name}": value for name, value in changes.items()}


def test_changing_a_role_on_the_teams_page_keeps_notification_settings(operator, team):
    membership = MembershipFactory(team=team, role="agent", notify_assigned=False)
    assert "memberships-0-role" in operator.get(change(team)).text
    assert "memberships-0-notify" not in operator.get(change(team)).text
    operator.post(change(team), team_form(team, membership, role="manager"))
    membership.refresh_from_db()
    assert (membership.role, membership.notify_assigned) == ("manager", False)


def test_a_concurrent_change_by_the_owner_is_kept(operator, team, monkeypatch):
    def as_the_owner_saves(*args):
        Team.objects.update(response_target_hours=8)
        save(*args)

    save = TeamAdmin.save_model
    monkeypatch.setattr(TeamAdmin, "save_model", as_the_owner_saves)
    data = team_form(team, MembershipFactory(team=team, role="agent"))
    operator.post(change(team), data | {"name": "Escola Nova"})
    team.refresh_from_db()
    assert (team.name, team.response_target_hours) == ("Escola Nova", 8)


def test_a_teams_page_shows_its_business_hours(operator, team):
    team.business_hours = {"saturday": {"from": "09:00", "to": "12:30"}, "tuesday": {"from": "08:00", "to": "24:00"}}
    team.save()
    assert "Ter 8h–0h, Sáb 9h–12h30" in operator.get(change(team)).text


@pytest.mark.parametrize("way", ["page", "list", "team", "team with another name", "given away", "team gives away"])
def test_a_removed_member_is_recorded_as_former_member(operator, team, way):
    membership, other = MembershipFactory(team=team, role="agent"), UserFactory()
    since, former = membership.created_at, membership.user
    if way == "page":
        operator.post(reverse("admin:teams_membership_delete", args=[membership.pk]), {"post": "yes"})
    elif way == "list":
        data = {"action": "delete_selected", "_selected_action": [membership.pk], "post": "yes"}
        operator.post(changelist(Membership), data)
    elif way == "given away":
        operator.post(change(membership), {"user": other.pk, "team": team.pk, "role": "agent"})
    else:
        changes = {"team": {"DELETE": "on"}, "team gives away": {"user": other.pk}}
        wanted = changes.get(way, {"DELETE": "on", "user": other.pk})
        assert operator.post(change(team), team_form(team, membership, **wanted)).status_code == 302
    assert not Membership.objects.filter(user=former).exists()
    kept = FormerMembership.objects.get()
    assert (kept.team, kept.user, kept.created_at) == (team, former, since)
    assert kept.ended_at > since
    event = AuditEvent.objects.get(team=team, kind="member_removed")
    assert (event.about, event.details, event.actor_name) == (former.email, "agent", "root@example.com")
    if "give" in way:
        assert Membership.objects.get(user=other).created_at > since


def test_a_member_with_a_changed_role_is_no_former_member(operator, team):
    membership = MembershipFactory(team=team, role="agent")
    assert operator.post(change(team), team_form(team, membership, role="viewer")).status_code == 302
    operator.post(change(membership), {"user": membership.user_id, "team": team.pk, "role": "manager"})
    membership.refresh_from_db()
    assert membership.role == "manager"
    assert not FormerMembership.objects.exists()


@pytest.mark.parametrize("page", ["membership", "team"])
def test_tokens_and_invitations_end_when_the_membership_is_given_to_somebody_else(operator, team, page):
    manager = MembershipFactory(team=team, role="manager")
    before, other = manager.user, UserFactory()
    token, secret = create_token(team, "Planilha", by=before)
    invite(manager, "new@example.com", "manager")
    if page == "membership":
        data = {"user": other.pk, "team": team.pk, "role": "manager"}
        assert operator.post(change(manager), data).status_code == 302
    else:
        assert operator.post(change(team), team_form(team, manager, user=other.pk)).status_code == 302
    manager.refresh_from_db()
    assert manager.user == other
    token.refresh_from_db()
    assert token.revoked_at
    assert not Invitation.objects.exists()
    operator.post(reverse("admin:teams_user_delete", args=[before.pk]), {"post": "yes"})
    token.refresh_from_db()
    assert token.created_by is None
    response = Client().get("/api/v1/tickets", headers={"Authorization": f"Bearer {secret}"})
    assert response.status_code == 401


def test_a_changed_role_is_recorded(operator, team, agent):
    membership = Membership.objects.get(user=agent, team=team)
    data = {"user": agent.pk, "team": team.pk, "role": "manager"}
    for _twice in range(2):
        assert operator.post(change(membership), data).status_code == 302
    assert entries_of(team) == [("role_changed", agent.email, "agent manager")]


def test_a_new_member_is_recorded(operator, team):
    person = UserFactory()
    data = {"user": person.pk, "team": team.pk, "role": "viewer"}
    assert operator.post(reverse("admin:teams_membership_add"), data).status_code == 302
    assert entries_of(team) == [("member_joined", person.email, "viewer")]


def test_changes_of_members_on_the_teams_page_are_recorded(operator, team, agent):
    person, member = UserFactory(), Membership.objects.get(user=agent, team=team)
    data = {"name": team.name, "slug": team.slug, "time_zone": team.time_zone, "response_target_hours": "24"}
    data |= {"reopen_within_days": "7"}
    prefix, present = "memberships", list(team.memberships.order_by("pk"))
    rows = [(each.pk, each.user_id, "manager" if each == member else each.role) for each in present]
    for number, (pk, user, role) in enumerate([*rows, ("", person.pk, "viewer")]):
        row = {"id": pk, "team": team.pk, "user": user, "role": role}
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    data |= {f"{prefix}-TOTAL_FORMS": len(rows) + 1, f"{prefix}-INITIAL_FORMS": len(rows)}
    assert operator.post(change(team), data).status_code == 302
    assert [each for each in entries_of(team) if each[0] != "settings_changed"] == [
        ("role_changed", agent.email, "agent manager"),
        ("member_joined", person.email, "viewer"),
    ]
