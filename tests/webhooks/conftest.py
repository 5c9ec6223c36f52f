"""The team's connection, and the owner who looks after it."""

import pytest

from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory, source_of


@pytest.fixture
def source(team):
    return source_of(team)


@pytest.fixture
def owner(team):
    return MembershipFactory(team=team, role=Role.OWNER, user__language="en")


@pytest.fixture
def page(client, owner):
    """The owner's browser, in English."""
    client.force_login(owner.user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
