"""The learner of the exports."""

import pytest

from tests.factories import LearnerFactory


@pytest.fixture(autouse=True)
def _own_folders(own_folders):
    """Exports are stored in the test's own folders."""


@pytest.fixture
def zuleica(team):
    return LearnerFactory(team=team, email="zuleica@example.com", name="Zuleica Quaresma", phone="5511999990000")
