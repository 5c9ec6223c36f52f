"""A push service, and two members who read English."""

import pytest

from helpdesk.notifications.models import (
    Channel,
    HistoryCursor,
)
from helpdesk.notifications.push.keys import ensure_push_key
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory
from tests.integrations.receiver import receiving


@pytest.fixture(autouse=True)
def _set_up(settings):
    settings.PUSH_ALLOW_PRIVATE_ADDRESSES = True
    ensure_push_key()
    HistoryCursor.objects.create(pk=Channel.EMAIL, position=0, seen_position=0)


@pytest.fixture
def service():
    """The push service."""
    with receiving() as server:
        server.status = 201
        yield server


@pytest.fixture
def english_owner(team):
    return MembershipFactory(team=team, role=Role.OWNER, user__name="Ana", user__language="en")


@pytest.fixture
def notified_joao(team):
    return MembershipFactory(team=team, user__name="João", user__language="en", notify_new_request=True)
