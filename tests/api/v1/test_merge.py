"""Merging tickets through the API."""

import pytest

from tests.factories import LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db


def test_tickets_of_one_learner_can_be_merged_and_split(api, team, ticket):
    other = open_ticket(team, learner=ticket.learner)
    stranger = open_ticket(team)
    path = f"tickets/{other.number}/merge"
    assert api.put(path, {"into": ticket.number}).json()["merged_into"] == ticket.number
    assert api.post(f"tickets/{other.number}/notes", {"body": "x"}).status_code == 409
    assert api.delete(path).json()["merged_into"] is None
    assert api.put(path, {"into": stranger.number}).status_code == 409
    refused = api.put(path, {"into": open_ticket(LearnerFactory().team).number + 1000})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "into")
