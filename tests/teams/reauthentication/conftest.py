"""An owner who logged in some time ago."""

import pytest

from tests.teams.accounts import PASSWORD, make_stale


@pytest.fixture
def owner(owner):
    owner.set_password(PASSWORD)
    owner.save()
    owner.emailaddress_set.get_or_create(email=owner.email, verified=True, primary=True)
    return owner


@pytest.fixture
def stale_page(client, owner):
    """A browser in which the owner logged in some time ago."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(owner)
    make_stale(client)
    return client
