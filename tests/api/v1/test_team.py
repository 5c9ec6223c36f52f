"""The team and its members in the API."""

import pytest

from helpdesk.teams.roles import Role
from tests.api.responses import results
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def test_the_team_tells_what_the_token_may_do(api, reader, team):
    assert api.get("team").json()["slug"] == "escola"
    assert "ticket.change" in api.get("team").json()["permissions"]
    assert "ticket.change" not in reader.get("team").json()["permissions"]
    assert set(api.get("team", {"fields": "name,slug"}).json()) == {"name", "slug"}


def test_members_are_listed_by_the_key_that_assignments_take(api, team):
    member = MembershipFactory(team=team, role=Role.MANAGER)
    MembershipFactory()
    (shown,) = results(api.get("members"))
    assert (shown["id"], shown["role"]) == (member.user_id, "manager")
    assert api.get(f"members/{member.user_id}").json() == shown
