"""A learner whose address has a typo, and is corrected."""

import pytest

from helpdesk.courses.actions import set_corrected_address
from tests.factories import LearnerFactory
from tests.privacy.corrected_addresses.former import NEW, OLD


@pytest.fixture(autouse=True)
def _own_folders_in_english(own_folders, in_english):
    """Files go to the test's own folders, and texts outside of requests are in English."""


@pytest.fixture
def misspelt_ana(team):
    return LearnerFactory(team=team, email=OLD, name="Ana Lima")


@pytest.fixture
def corrected(misspelt_ana):
    assert set_corrected_address(misspelt_ana, NEW)
    return misspelt_ana
