"""A sender whose address has not been confirmed."""

import pytest

from helpdesk.conversations.models import SenderIdentity
from tests.conversations.email_settings.reading import HOME, VALID


@pytest.fixture
def identity(page):
    page.post(HOME, VALID)
    return SenderIdentity.objects.get()
