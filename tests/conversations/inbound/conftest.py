import dns.exception
import dns.resolver
import pytest

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.dispatches import root_id
from helpdesk.conversations.models import InboundEmail
from helpdesk.teams.roles import Role
from tests.conversations.inbound.emails import receive, write_email
from tests.factories import MembershipFactory


@pytest.fixture
def dispatch(ticket, actor):
    """Of what the team asked the learner."""
    return reply(ticket, actor, "Qual é a sua dúvida?").dispatches.get()


@pytest.fixture
def held(mailbox, ticket):
    """From the husband of the ticket's learner, who answers to an e-mail that he was shown."""
    raw = write_email("Ela não consegue entrar.", sender="Pedro <pedro@example.com>", References=root_id(ticket))
    found = receive(mailbox, raw)
    assert found.state == InboundEmail.State.HELD
    return found


@pytest.fixture(autouse=True)
def _no_dns(monkeypatch):
    """Signed e-mails are among those that tests have come in; nobody out there is asked for their keys."""

    def resolve(*args, **how):
        raise dns.exception.Timeout

    monkeypatch.setattr(dns.resolver, "resolve", resolve)


@pytest.fixture
def logged_in_member(client, team):
    membership = MembershipFactory(team=team, role=Role.AGENT)
    client.force_login(membership.user)
    return membership
