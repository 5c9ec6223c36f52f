"""Who acts."""

import pytest

from helpdesk.tickets.actor import Actor


@pytest.fixture
def actor(agent):
    return Actor.person(agent)
