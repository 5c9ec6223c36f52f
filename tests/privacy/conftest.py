import pytest

from helpdesk.privacy import actions
from tests.privacy.world import finish, plant


@pytest.fixture(autouse=True)
def installation_in_english(settings):
    """Why an e-mail was held or ignored is stored in the installation's language."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def learner(client, source, team, manager, agent):
    """Somebody whose name, address and words have come in through every door."""
    return plant(client, source, team, manager, agent)


@pytest.fixture
def erased(learner, manager):
    """The receipt of their erasure."""
    return finish(actions.request_erasure(learner, manager))
