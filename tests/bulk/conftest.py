import pytest

from helpdesk.bulk import steps


@pytest.fixture
def one_step(monkeypatch):
    """A step is as long as the change, however busy the machine is."""
    monkeypatch.setattr(steps, "STEP", 60)
