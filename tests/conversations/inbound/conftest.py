import pytest

from tests.conversations.inbound.letters import mailbox_of


@pytest.fixture
def mailbox(team):
    return mailbox_of(team)
