"""The team and its members in the API."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.teams.business_hours import WEEKDAYS
from helpdesk.teams.roles import PERMISSIONS, Permission, Role
from tests.api.client import Api
from tests.api.responses import results
from tests.factories import CourseFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_the_team_contains_the_permissions_of_the_token(api, reader, team):
    assert api.get("team").json()["slug"] == "escola"
    assert "ticket.change" in api.get("team").json()["permissions"]
    assert "ticket.change" not in reader.get("team").json()["permissions"]
    assert set(api.get("team", {"fields": "name,slug"}).json()) == {"name", "slug"}


def test_the_team_contains_its_business_hours_which_determine_due_times(api, team):
    day = WEEKDAYS[(timezone.now() + timedelta(days=3)).weekday()]
    team.business_hours = {day: {"from": "22:00", "to": "24:00"}}
    team.save()
    assert api.get("team").json()["business_hours"] == team.business_hours
    made = api.post("tickets", {"learner": {"email": "rita@example.com"}, "course": CourseFactory(team=team).pk}).json()
    assert made["response_due_at"].endswith("T03:00:00Z")  # midnight in São Paulo


@pytest.mark.parametrize(
    ("scopes", "permissions"),
    [
        (["team:read", "tags:write"], {"team.view"}),
        (["team:read", "tickets:read"], {"team.view", "ticket.view"}),
        (["team:read", "sources:write"], {"team.view", "delivery.replay", "source.manage"}),
        (["read"], {"team.view", "ticket.view", "source.view", "delivery.view"}),
        (["read", "write"], {str(each) for each in Permission} - {"owner.manage"}),
    ],
)
def test_a_tokens_permissions_are_limited_to_its_scopes(team, scopes, permissions):
    shown = Api(create_token(team, "Planilha", scopes)[1]).get("team").json()
    assert set(shown["permissions"]) == permissions
    assert shown["scopes"] == sorted(scopes)


def test_a_member_has_the_permissions_of_their_role_and_no_scopes(team):
    browser = Client()
    browser.force_login(MembershipFactory(team=team, role=Role.AGENT).user)
    shown = browser.get("/api/v1/team").json()
    assert shown["permissions"] == sorted(PERMISSIONS[Role.AGENT])
    assert shown["scopes"] == []


def test_members_are_listed_with_the_id_used_for_assignments(api, team):
    member = MembershipFactory(team=team, role=Role.MANAGER)
    MembershipFactory()
    (shown,) = results(api.get("members"))
    assert (shown["id"], shown["role"]) == (member.user_id, "manager")
    assert api.get(f"members/{member.user_id}").json() == shown
