import pytest

from helpdesk.conversations.actions.replies import reply
from tests.conversations.inbound.letters import mailbox_of


@pytest.fixture
def mailbox(team):
    return mailbox_of(team)


@pytest.fixture
def dispatch(ticket, joao):
    """Of what the team asked the learner."""
    return reply(ticket, joao, "Qual é a sua dúvida?").dispatches.get()
