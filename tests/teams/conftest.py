"""The people in tests of accounts."""

import pytest

from tests.teams.accounts import person


@pytest.fixture
def user(db):
    return person()
