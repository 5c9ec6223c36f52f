"""A team that writes to a learner, and a mail server that accepts its e-mails."""

import pytest

from helpdesk.tickets.actor import Actor
from tests.conversations.sending.mail_server import mail_server


@pytest.fixture(autouse=True)
def _english(installation_in_english):
    """Members and learners read English."""


@pytest.fixture
def joao(agent):
    return Actor.person(agent)


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
