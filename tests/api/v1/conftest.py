"""What the tests of several resources share."""

import pytest

from helpdesk.api.v1 import bulk_changes


@pytest.fixture
def patient(monkeypatch):
    """A request has as long as it needs, however busy the machine is."""
    monkeypatch.setattr(bulk_changes, "AT_ONCE", 60)
