import dns.exception
import dns.resolver
import pytest

from helpdesk.conversations.actions.replies import reply
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory


@pytest.fixture
def dispatch(ticket, actor):
    """The team's question to the learner, on its way as e-mail."""
    return reply(ticket, actor, "Qual é a sua dúvida?").dispatches.get()


@pytest.fixture(autouse=True)
def _no_dns(monkeypatch):
    """Tests receive signed e-mails; prevent look-ups of their keys in DNS."""

    def resolve(*args, **how):
        raise dns.exception.Timeout

    monkeypatch.setattr(dns.resolver, "resolve", resolve)


@pytest.fixture
def logged_in_member(client, team):
    membership = MembershipFactory(team=team, role=Role.AGENT)
    client.force_login(membership.user)
    return membership
