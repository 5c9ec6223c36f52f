"""Whom the tests of accounts are about."""

import pytest

from tests.teams.accounts import person


@pytest.fixture
def user(db):
    return person()
