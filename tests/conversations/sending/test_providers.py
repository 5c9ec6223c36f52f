"""Every provider that `.env.example` names is given what we send, as one that is too busy sees it: over real HTTP."""

import re

import pytest
from django.conf import settings as project
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending import dispatcher
from helpdesk.conversations.sending.dispatches import create_dispatch
from helpdesk.tickets.models import Message
from tests.integrations.receiver import receiving

pytestmark = pytest.mark.django_db
SECRETS = ["API_KEY", "API_TOKEN", "SERVER_TOKEN", "SECRET_KEY"]
NAMED = re.findall(
    r"\b[a-z]+\b",
    re.findall(r"knows: ([^.]+?),?\s+#?\s*and others", (project.BASE_DIR / ".env.example").read_text())[0],
)


def test_they_are_found_in_the_example():
    assert len(NAMED) >= 6


@pytest.fixture(params=NAMED)
def mail_provider(request, settings):
    name = request.param
    with receiving() as server:
        server.status = 503
        settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
        settings.DEFAULT_FROM_EMAIL, settings.REPLY_DOMAIN = "Helpdesk <ajuda@escola.example>", "in.example"
        settings.ANYMAIL = {f"{name.upper()}_{secret}": "secret" for secret in SECRETS}
        settings.ANYMAIL[f"{name.upper()}_API_URL"] = server.url
        yield server


def given_to(provider, message):
    """What it was given, which it did not take."""
    Dispatch.objects.update(next_try_at=timezone.now())
    dispatcher.send_due()
    dispatch = Dispatch.objects.get(message=message)
    assert (dispatch.state, "503" in dispatch.reason) == ("queued", True), dispatch.reason
    ((_headers, body),) = provider.got
    return body.decode().replace("%40", "@")


@pytest.mark.filterwarnings("ignore:django-anymail has dropped")
def test_it_receives_a_reply(ticket, actor, mail_provider):
    given = given_to(mail_provider, reply(ticket, actor, "Olá!"))
    for address in ("ajuda@escola.example", "mariana@example.com", "@in.example"):
        assert address in given


@pytest.mark.filterwarnings("ignore:django-anymail has dropped")
def test_it_receives_an_automatic_email(ticket, mail_provider):
    message = Message.objects.create(
        team=ticket.team, ticket=ticket, kind="automatic", body="Recebemos.", send_at=timezone.now()
    )
    create_dispatch(message, "mariana@example.com")
    assert "mariana@example.com" in given_to(mail_provider, message)
