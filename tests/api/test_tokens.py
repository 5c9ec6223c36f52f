"""Tokens: made in the dashboard or by a command, shown once, stored as a hash, expiring and revoked."""

import json
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from helpdesk.api.actions import create_token, revoke_token
from helpdesk.api.models import Token
from helpdesk.teams.actions import change_role, remove_member
from helpdesk.teams.models import Membership, User
from helpdesk.teams.roles import Role
from helpdesk.teams.tasks import revoke_orphaned_grants
from tests.api.client import Api
from tests.factories import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]


def secret_of(response):
    found = re.search(r"hdt_[\w-]{43}", response.text)
    assert found
    return found[0]


def test_a_token_is_shown_once_and_stored_as_a_hash(page, team):
    response = page.post("/t/escola/tokens/new/", {"name": " Planilha  1 ", "reach": "write", "days": "90"})
    assert (response.status_code, response.url) == (302, "/t/escola/tokens/")
    response = page.get(response.url)
    assert "This is the token “Planilha 1”" in response.text
    secret = secret_of(response)
    token = Token.objects.get()
    assert (token.name, token.scopes, token.hint) == ("Planilha 1", ["read", "write"], secret[-4:])
    assert secret not in str(vars(token))
    assert token.expires_at
    assert timedelta(days=89) < token.expires_at - timezone.now() <= timedelta(days=90)
    assert token.created_by is not None
    listed = page.get("/t/escola/tokens/").text
    assert "Planilha 1" in listed
    assert secret not in listed
    assert Api(secret).get("tickets").status_code == 200


def test_an_invalid_token_form_is_shown_again_as_typed(page):
    response = page.post("/t/escola/tokens/new/", {"name": "x" * 101, "days": "17"})
    assert response.status_code == 422
    assert "x" * 101 in response.text
    assert not Token.objects.exists()


def test_a_revoked_token_is_refused(page, team):
    token, secret = create_token(team, "Planilha")
    assert page.post(f"/t/escola/tokens/{token.pk}/revoke/").status_code == 302
    assert Api(secret).get("tickets").status_code == 401
    revoked_at = Token.objects.get().revoked_at
    revoke_token(token)
    assert Token.objects.get().revoked_at == revoked_at


def test_an_expired_token_is_refused(team):
    _token, secret = create_token(team, "Planilha", days=1)
    assert Api(secret).get("tickets").status_code == 200
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Api(secret).get("tickets").status_code == 401


def test_the_last_use_is_recorded_to_the_minute(team):
    _token, secret = create_token(team, "Planilha")
    Api(secret).get("tickets")
    first = Token.objects.get().last_used_at
    assert first
    assert timezone.now() - first < timedelta(seconds=10)
    Api(secret).get("tickets")
    assert Token.objects.get().last_used_at == first


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Bearer hdt_é", "Basic abc", "hdt_abc", "Bearer \xff"]
)
def test_an_invalid_token_is_a_401(api, header):
    response = api.get("tickets", authorization=header)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="helpdesk"'
    assert response["Content-Type"] == "application/problem+json"


def test_the_command_prints_one_json_object(team, capsys):
    call_command("create_token", team="escola", name="CRM", scopes="read", expires=3)
    said = json.loads(capsys.readouterr().out)
    assert said["scopes"] == ["read"]
    assert Api(said["token"]).get("tickets").status_code == 200
    token = Token.objects.get()
    assert (token.created_by, token.is_operators) == (None, True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"team": "nobody"},
        {"scopes": "admin"},
        {"scopes": ""},
        {"name": " "},
        {"name": "\u200b"},
        {"expires": 0},
        {"name": "a\0"},
    ],
)
def test_the_command_refuses_invalid_options(team, wrong):
    with pytest.raises(CommandError):
        call_command("create_token", **({"team": "escola", "name": "CRM"} | wrong))
    assert not Token.objects.exists()


@pytest.mark.parametrize("end", ["demote", "remove", "deactivate", "delete"])
def test_a_token_ends_with_the_rights_of_its_creator(team, end):
    owner = MembershipFactory(team=team, role=Role.OWNER)
    manager = MembershipFactory(team=team, role=Role.MANAGER)
    token, secret = create_token(team, "Planilha", by=manager.user)
    _kept, kept_secret = create_token(team, "CRM", by=owner.user)
    assert Api(secret).get("tickets").status_code == 200
    if end == "demote":
        change_role(owner, manager, Role.AGENT)
    elif end == "remove":
        remove_member(owner, manager)
    elif end == "deactivate":
        User.objects.filter(pk=manager.user_id).update(is_active=False)
    else:
        Membership.objects.filter(pk=manager.pk).delete()
    assert Api(secret).get("tickets").status_code == 401
    assert Api(secret).post("tickets", {}).status_code == 401
    assert Api(kept_secret).get("tickets").status_code == 200
    if end in {"demote", "remove"}:
        token.refresh_from_db()
        assert token.revoked_at


def test_no_token_outlives_the_account_of_its_creator(page, team):
    """However the account goes, and whatever the database keeps of the token."""
    manager = MembershipFactory(team=team, role=Role.MANAGER)
    token, secret = create_token(team, "Planilha", by=manager.user)
    manager.user.delete()
    token.refresh_from_db()
    assert (token.created_by, token.revoked_at, token.is_live) == (None, None, False)
    assert Api(secret).get("tickets").status_code == 401
    assert "created by someone who left" in page.get("/t/escola/tokens/").text
    _operators, operators_secret = create_token(team, "CRM")
    revoke_orphaned_grants(0)
    token.refresh_from_db()
    assert token.revoked_at
    assert Api(operators_secret).get("tickets").status_code == 200


def test_an_ended_token_is_not_restored_with_the_right(team):
    owner = MembershipFactory(team=team, role=Role.OWNER)
    manager = MembershipFactory(team=team, role=Role.MANAGER)
    _token, secret = create_token(team, "Planilha", by=manager.user)
    change_role(owner, manager, Role.AGENT)
    change_role(owner, manager, Role.MANAGER)
    assert Api(secret).get("tickets").status_code == 401
