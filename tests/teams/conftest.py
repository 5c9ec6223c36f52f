"""Whom the tests of accounts are about."""

import pytest

from tests.teams.accounts import person
from tests.teams.oidc_provider import CLIENT_ID, CLIENT_SECRET, run_provider


@pytest.fixture
def ana(db):
    return person()


@pytest.fixture
def provider(settings):
    """The installation's OpenID Connect provider."""
    with run_provider() as provider:
        settings.OIDC_ISSUER, settings.OIDC_NAME = provider.issuer, "Escola SSO"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        yield provider
