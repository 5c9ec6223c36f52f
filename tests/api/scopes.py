"""Tokens with various scopes."""

from helpdesk.api.actions import create_token
from tests.api.client import Api


def token_of(team, *scopes, **more):
    return Api(create_token(team, "Planilha", scopes, **more)[1])
