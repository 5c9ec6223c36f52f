"""Staff who are no superusers: they see only their own teams, and give nobody more than they have."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.api.actions import create_token
from helpdesk.api.models import Token
from helpdesk.audit.models import AuditEvent
from helpdesk.teams.models import AccountEvent, Team, User, UserSession
from tests.admin.addresses import MODELS, change, changelist
from tests.factories import (
    MembershipFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
OF_SUPERUSERS = {AuditEvent, ProcrastinateJob}  # what is of no team


def test_staff_see_only_their_own_teams(case, staff, team, filled):
    def team_of(thing):
        if isinstance(thing, AccountEvent | UserSession):
            return Team.objects.get(memberships__user=thing.user)
        return thing if isinstance(thing, Team) else getattr(thing, "team", None) or thing.source.team

    for model in MODELS:
        with case(model=model.__name__):
            response = staff.get(changelist(model))
            shown = set(response.context["cl"].queryset)
            assert set() < shown < set(model._default_manager.all())
            if model is User:
                assert shown == set(User.objects.filter(memberships__team=team))
                continue
            assert shown == {thing for thing in model._default_manager.all() if team_of(thing) == team}
            for thing in model._default_manager.all():
                if team_of(thing) != team:
                    assert staff.get(change(thing)).status_code == 302


def test_no_list_names_another_team(case, staff, team):
    TeamFactory(name="Escola dos Outros")
    for name in ("Planilha", "Painel"):
        create_token(team, name)
    User.objects.get(pk=staff.session["_auth_user_id"]).user_permissions.set(Permission.objects.all())
    for model in set(admin.site._registry) - OF_SUPERUSERS:
        with case(model=model.__name__):
            assert "Escola dos Outros" not in staff.get(changelist(model)).text


def test_staff_cannot_take_over_a_superuser(staff, team):
    root = MembershipFactory(team=team, user=User.objects.create_superuser("root@example.com", "x")).user
    address = reverse("admin:auth_user_password_change", args=[root.pk])
    assert staff.post(address, {"password1": "uma senha nova 1", "password2": "uma senha nova 1"}).status_code == 403
    assert staff.post(change(root), {"email": "mine@example.com"}).status_code == 403


def test_staff_cannot_grant_more_than_they_have(staff, team):
    """Neither an address by which a superuser would log in, nor a role, nor a way around two factors."""
    root = MembershipFactory(team=team, user=User.objects.create_superuser("root@example.com", "x")).user
    staff_user = User.objects.get(pk=staff.session["_auth_user_id"])
    staff_user.user_permissions.set(Permission.objects.all())
    address = root.emailaddress_set.get()
    two_factors = Authenticator.objects.create(user=root, type="totp", data={"secret": "x"})
    own = staff_user.memberships.get()
    for path, data in [
        (reverse("admin:account_emailaddress_add"), {"user": root.pk, "email": "mine@example.com", "verified": "on"}),
        (change(address), {"user": staff_user.pk, "email": "mine@example.com"}),
        (reverse("admin:account_emailaddress_delete", args=[address.pk]), {"post": "yes"}),
        (change(own), {"user": staff_user.pk, "team": team.pk, "role": "owner"}),
        (reverse("admin:teams_membership_add"), {"user": root.pk, "team": team.pk, "role": "owner"}),
        (reverse("admin:teams_membership_delete", args=[own.pk]), {"post": "yes"}),
        (reverse("admin:mfa_authenticator_delete", args=[two_factors.pk]), {"post": "yes"}),
        (reverse("admin:teams_user_delete", args=[root.pk]), {"post": "yes"}),
        (reverse("admin:auth_group_add"), {"name": "Everything"}),
    ]:
        assert staff.post(path, data).status_code == 403, path
    assert staff.get(change(two_factors)).status_code == 200
    assert "secret" not in staff.get(change(two_factors)).text
    stranger = UserFactory()
    assert str(stranger.email) not in staff.get(changelist(type(address))).text


def test_staff_are_offered_only_people_of_their_own_teams(case, staff, team, rf):
    colleague, stranger = MembershipFactory(team=team).user, MembershipFactory().user
    request = rf.get("/admin/")
    request.user = User.objects.get(pk=staff.session["_auth_user_id"])
    of_people = 0
    for model, of_model in admin.site._registry.items():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model is User:
                of_people += 1
                with case(model=model.__name__, field=field.name):
                    offered = of_model.formfield_for_dbfield(field, request)
                    assert isinstance(offered, ModelChoiceField)
                    assert set(offered.queryset or ()) == {request.user, colleague}
    assert of_people > 5
    data = {"name": "Urgentes", "query": "priority=4", "team": team.pk}
    response = staff.post(reverse("admin:inbox_savedview_add"), data | {"owner": stranger.pk})
    assert (response.status_code, list(response.context["adminform"].errors)) == (200, ["owner"])
    assert staff.post(reverse("admin:inbox_savedview_add"), data | {"owner": colleague.pk}).status_code == 302


def test_staff_who_may_only_view_are_offered_no_actions(case, staff, team, rf):
    user = User.objects.get(pk=staff.session["_auth_user_id"])
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    request = rf.get("/admin/")
    request.user = User.objects.get(pk=user.pk)
    for model, of_model in admin.site._registry.items():
        with case(model=model.__name__):
            if model in OF_SUPERUSERS:
                assert staff.get(changelist(model)).status_code == 403
            else:
                assert staff.get(changelist(model)).status_code == 200
                assert not of_model.get_actions(request)
    token, _secret = create_token(team, "Planilha")
    choice = {"action": "revoke", "_selected_action": [token.pk]}
    staff.post(changelist(Token), choice)
    token.refresh_from_db()
    assert token.revoked_at is None
    user.user_permissions.add(Permission.objects.get(codename="change_token"))
    staff.post(changelist(Token), choice)
    token.refresh_from_db()
    assert token.revoked_at


def test_only_superusers_and_invitations_create_accounts(client, team):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="teams"))
    MembershipFactory(team=team, user=user)
    client.force_login(user)
    count = User.objects.count()
    data = {"name": "Ana", "usable_password": "false"}
    for _ in range(2):
        assert client.post("/admin/teams/user/add/", data).status_code == 403
    assert User.objects.count() == count
