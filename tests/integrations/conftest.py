"""A receiver, and an endpoint with its address."""

import pytest

from helpdesk.integrations.models import WebhookEndpoint
from tests.integrations.receiver import receiving


@pytest.fixture
def receiver():
    with receiving() as server:
        yield server


@pytest.fixture(autouse=True)
def _loopback_is_allowed(settings):
    settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def endpoint(team, owner, receiver):
    return WebhookEndpoint.objects.create(
        team=team, url=receiver.url, events=["ticket.created", "ticket.assigned", "ticket.note_added"]
    )
