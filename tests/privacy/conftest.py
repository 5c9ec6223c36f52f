import io
import logging

import pytest

from helpdesk.privacy import actions
from tests.factories import LearnerFactory
from tests.privacy.world import finish, plant


@pytest.fixture(autouse=True)
def _english(installation_in_english):
    """Why an e-mail was held or ignored is stored in the installation's language."""


@pytest.fixture
def logged():
    """What the log has of the test, as it is written there."""
    (console,) = (each for each in logging.getLogger().handlers if each.get_name() == "console")
    assert isinstance(console, logging.StreamHandler)
    written = io.StringIO()
    before = console.setStream(written)
    logging.getLogger(__name__).warning("A line")
    assert "A line" in written.getvalue()
    yield written
    console.setStream(before or console.stream)


@pytest.fixture
def planted(client, source, team, manager, agent, logged):
    """Somebody whose name, address and words have come in through every door."""
    return plant(client, source, team, manager, agent)


@pytest.fixture
def erased(planted, manager):
    """The receipt of their erasure."""
    return finish(actions.request_erasure(planted, manager))


@pytest.fixture
def learner_ana(team):
    return LearnerFactory(team=team, email="ana@example.com", name="Ana Lima")
