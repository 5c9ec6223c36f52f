"""Fixtures for tests of several resources."""

import pytest

from helpdesk.api.v1 import bulk_changes


@pytest.fixture
def patient(monkeypatch):
    """Give each request up to 60 seconds, however busy the machine is."""
    monkeypatch.setattr(bulk_changes, "AT_ONCE", 60)
