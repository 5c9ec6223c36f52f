"""A team that writes to a learner, and a mail server that accepts its e-mails."""

import pytest

from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.tickets.actor import Actor
from tests.conversations.inbound.emails import receive, write_email
from tests.conversations.sending.mail_server import mail_server


@pytest.fixture(autouse=True)
def _english(installation_in_english):
    """Members and learners read English."""


@pytest.fixture
def joao(agent):
    return Actor.person(agent)


@pytest.fixture
def held(mailbox, ticket):
    """An e-mail from the learner's husband, who answers an e-mail that was forwarded to him."""
    raw = write_email("Ela não consegue entrar.", sender="Pedro <pedro@example.com>", References=root_id(ticket))
    found = receive(mailbox, raw)
    assert found.state == InboundEmail.State.HELD
    return found


@pytest.fixture
def smtp_server(settings):
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 1
        settings.DEFAULT_FROM_EMAIL = "Helpdesk <ajuda@escola.example>"
        yield running
