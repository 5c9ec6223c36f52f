"""Snoozing tickets through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

pytestmark = pytest.mark.django_db


def test_a_ticket_can_be_snoozed_and_unsnoozed(api, ticket):
    path, until = f"tickets/{ticket.number}/snooze", timezone.now() + timedelta(days=1)
    assert api.put(path, {"until": until.isoformat()}).json()["snoozed_until"] == until.isoformat().replace(
        "+00:00", "Z"
    )
    assert api.put(path, {"until": "2020-01-01T00:00:00Z"}).status_code == 409
    assert api.put(path, {"until": "tomorrow"}).status_code == 422
    assert api.delete(path).json()["snoozed_until"] is None
