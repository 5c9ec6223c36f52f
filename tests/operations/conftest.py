"""Settings for tests of operations."""

import pytest

from tests.operations.metrics import TOKEN


@pytest.fixture
def metrics_are_open(settings):
    settings.METRICS_TOKEN = TOKEN
