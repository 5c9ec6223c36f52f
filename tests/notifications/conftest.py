"""Members who get notifications."""

import pytest

from helpdesk.notifications.models import HistoryCursor
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory


@pytest.fixture
def told_from_now_on(db):
    HistoryCursor.objects.create(pk=1, position=0, seen_position=0)


@pytest.fixture
def notified_owner(team):
    """An owner who is also notified of new requests."""
    return MembershipFactory(team=team, role=Role.OWNER, user__name="Ana", notify_new_request=True)


@pytest.fixture
def joao(team):
    """An agent who reads English."""
    return MembershipFactory(team=team, user__name="João", user__language="en")
