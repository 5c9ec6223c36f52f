import io
import logging

import pytest

from helpdesk.privacy import actions
from tests.factories import LearnerFactory
from tests.privacy.world import finish, plant


@pytest.fixture(autouse=True)
def _english(installation_in_english):
    """The reasons why e-mails are held or ignored are stored in the installation's language."""


@pytest.fixture
def logged():
    """The log output of the test."""
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
    """A learner whose name, address and words have come in by every way there is."""
    return plant(client, source, team, manager, agent)


@pytest.fixture
def erased(planted, manager):
    """The receipt of the planted learner's erasure."""
    return finish(actions.request_erasure(planted, manager))


@pytest.fixture
def learner_ana(team):
    return LearnerFactory(team=team, email="ana@example.com", name="Ana Lima")
