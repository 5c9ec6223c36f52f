"""A browser with a logged-in user, and a token of one team."""

from datetime import timedelta

import pytest
from django.forms import model_to_dict
from django.test import Client
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.api.framework.authentication import authenticate_token
from helpdesk.api.models import Token
from helpdesk.teams.models import Team
from helpdesk.teams.roles import Role
from tests.api.responses import problem
from tests.factories import MembershipFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


class TestTokens:
    """A token of one team."""

    def test_it_is_loaded_completely_with_its_team(self, team):
        team.reopen_within_days, team.session_days, team.business_hours = 3, 5, {"0": [["08:00", "12:00"]]}
        team.save()
        token, secret = create_token(team, "A", ["tickets:read"], networks=["127.0.0.0/8", "10.1.0.0/16"], days=9)
        Token.objects.update(last_used_from="127.0.0.9", last_used_at=timezone.now())
        access = authenticate_token(secret, "10.1.2.3")
        found = access and access.token
        assert found
        assert model_to_dict(found.team) == model_to_dict(Team.objects.get(pk=team.pk))
        assert model_to_dict(found) == model_to_dict(Token.objects.get(pk=token.pk))
        assert (found.is_live, found.hint, found.last_used_from) == (True, secret[-4:], "127.0.0.9")

    @pytest.mark.parametrize("is_operators", [True, False])
    @pytest.mark.parametrize("has_creator", [True, False])
    @pytest.mark.parametrize("is_revoked", [True, False])
    @pytest.mark.parametrize("expires", [None, timedelta(hours=1), timedelta(hours=-1)])
    def test_the_live_ones_are_found_and_no_others(self, team, is_operators, has_creator, is_revoked, expires):
        owner, now = MembershipFactory(team=team, role=Role.OWNER), timezone.now()
        token, secret = create_token(team, "A", ["tickets:read"])
        token.is_operators, token.created_by = is_operators, owner.user if has_creator else None
        token.revoked_at = now if is_revoked else None
        token.expires_at = now + expires if expires else None
        token.save()
        assert (authenticate_token(secret, "10.1.2.3") is not None) == token.is_live


class TestSessions:
    """A browser in which somebody is logged in."""

    @pytest.fixture
    def membership(self):
        return MembershipFactory(role=Role.AGENT)

    @pytest.fixture
    def session_browser(self, membership):
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(membership.user)
        return browser

    def test_reading_needs_only_the_session(self, session_browser, membership):
        ticket = open_ticket(membership.team)
        assert [shown["number"] for shown in session_browser.get("/api/v1/tickets").json()["results"]] == [
            ticket.number
        ]
        assert session_browser.get("/api/v1/tickets?assignee=me").json()["results"] == []

    def test_a_change_needs_the_csrf_token(self, session_browser, membership):
        ticket = open_ticket(membership.team)
        address = f"/api/v1/tickets/{ticket.number}/notes"
        problem(session_browser.post(address, {"body": "a"}, content_type="application/json"), 403)
        session_browser.get("/account/")
        token = {"x-csrftoken": session_browser.cookies["csrftoken"].value}
        response = session_browser.post(address, {"body": "a"}, content_type="application/json", headers=token)
        assert response.status_code == 201
        assert ticket.messages.get().author == membership.user

    def test_a_member_of_several_teams_must_name_one(self, session_browser, membership):
        other = MembershipFactory(user=membership.user)
        problem(session_browser.get("/api/v1/tickets"), 400)
        assert session_browser.get("/api/v1/tickets", headers={"helpdesk-team": other.team.slug}).status_code == 200
        assert session_browser.get("/api/v1/tickets", {"team": other.team.slug}).status_code == 200
        problem(session_browser.get("/api/v1/tickets", {"team": TeamFactory().slug}), 404)
        for name in ("a\0", f"{other.team.slug[:3]}\0{other.team.slug[3:]}"):
            problem(session_browser.get("/api/v1/tickets", {"team": name}), 404)

    def test_naming_two_different_teams_is_refused(self, session_browser, membership, api, team):
        other = MembershipFactory(user=membership.user)
        named = {"team": membership.team.slug}
        problem(session_browser.get("/api/v1/tickets", named, headers={"helpdesk-team": other.team.slug}), 400)
        assert (
            session_browser.get("/api/v1/tickets", named, headers={"helpdesk-team": membership.team.slug}).status_code
            == 200
        )
        problem(api.get("tickets", {"team": team.slug}, helpdesk_team="another"), 400)

    def test_a_token_belongs_to_one_team(self, api, team):
        assert api.get("tickets", {"team": team.slug}).status_code == 200
        problem(api.get("tickets", {"team": "another"}), 404)

    def test_no_credential_is_a_401(self, client):
        response = client.get("/api/v1/tickets")
        problem(response, 401)
        assert response["WWW-Authenticate"].startswith("Bearer")
