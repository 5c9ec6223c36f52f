"""Resolving tickets through the API."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_ticket_can_be_resolved_and_reopened(api, ticket):
    path = f"tickets/{ticket.number}/resolution"
    assert api.put(path).json()["status"] == "resolved"
    assert api.put(path).status_code == 200
    assert api.delete(path).json()["status"] == "open"
