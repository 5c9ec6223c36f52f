import dns.exception
import dns.resolver
import pytest

from helpdesk.conversations.actions.replies import reply
from tests.conversations.inbound.letters import mailbox_of


@pytest.fixture
def mailbox(team):
    return mailbox_of(team)


@pytest.fixture
def dispatch(ticket, actor):
    """Of what the team asked the learner."""
    return reply(ticket, actor, "Qual é a sua dúvida?").dispatches.get()


@pytest.fixture(autouse=True)
def _no_dns(monkeypatch):
    """Signed e-mails are among those that tests have come in; nobody out there is asked for their keys."""

    def resolve(*args, **how):
        raise dns.exception.Timeout

    monkeypatch.setattr(dns.resolver, "resolve", resolve)
