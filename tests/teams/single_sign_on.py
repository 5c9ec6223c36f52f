"""Logs in through the provider."""

from helpdesk.teams import actions
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory
from tests.teams.accounts import (
    browser,
    confirm_password,
)

LOGIN, CALLBACK = "/accounts/oidc/sso/login/", "/accounts/oidc/sso/login/callback/"


def sign_on(provider, client=None, **query):
    """Press the button, log in at the provider, and return; gives the browser and the last response."""
    client = client or browser()
    away = client.get(LOGIN, query)
    assert away.status_code == 302
    return client, client.get(CALLBACK, provider.authorize(away["Location"]))


def connect(provider, client):
    """Connect with the button on the account's page, which asks for the password again."""
    _client, answer = sign_on(provider, client, process="connect")
    return confirm_password(client, answer)


def invite(email="nova@example.com"):
    owner = MembershipFactory(role=Role.OWNER)
    _invitation, token = actions.invite(owner, email, Role.AGENT)
    return owner.team, f"/invitations/{token}/"
