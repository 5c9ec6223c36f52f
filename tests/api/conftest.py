"""Tokens with fewer rights, or with none in this team."""

import pytest

from helpdesk.api.actions import create_token
from helpdesk.api.models import Scope
from tests.api.client import Api
from tests.factories import TeamFactory


@pytest.fixture
def reader(team):
    """A token that only reads."""
    return Api(create_token(team, "Leitura", [Scope.READ])[1])


@pytest.fixture
def stranger(db):
    """A token of another team."""
    return Api(create_token(TeamFactory(), "Outra")[1])
