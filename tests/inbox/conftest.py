"""A team and somebody of it who is logged in."""

import pytest

from tests.factories import MembershipFactory, TeamFactory


@pytest.fixture
def team():
    return TeamFactory(slug="escola")


@pytest.fixture
def agent(team):
    return MembershipFactory(team=team, user__name="João Pedro").user


@pytest.fixture
def page(client, agent):
    """The agent's browser, in English."""
    client.force_login(agent)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
