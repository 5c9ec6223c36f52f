"""Assigning tickets through the API."""

import pytest

from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def test_a_ticket_can_be_assigned_and_unassigned(api, team, ticket):
    member, outsider, viewer = MembershipFactory(team=team), MembershipFactory(), MembershipFactory(team=team)
    viewer.role = Role.VIEWER
    viewer.save()
    path = f"tickets/{ticket.number}/assignment"
    assert api.put(path, {"assignee": member.user_id}).json()["assignee"] == member.user_id
    refused = api.put(path, {"assignee": outsider.user_id})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "assignee")
    assert api.put(path, {"assignee": viewer.user_id}).status_code == 409
    assert api.put(path, {"assignee": 10**30}).status_code == 409
    assert api.put(path, {}).status_code == 422
    assert api.delete(path).json()["assignee"] is None
    assert api.delete(path).status_code == 200
