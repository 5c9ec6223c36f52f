"""The page of a source."""

import pytest


@pytest.fixture
def home(source):
    """The address of the source's page."""
    return f"/t/escola/sources/{source.pk}/"
