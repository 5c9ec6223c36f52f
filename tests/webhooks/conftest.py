"""Where a source is looked after."""

import pytest


@pytest.fixture
def home(source):
    """The connection's page."""
    return f"/t/escola/sources/{source.pk}/"
