import pytest

from helpdesk.bulk import steps


@pytest.fixture
def one_step(monkeypatch):
    """Let one step cover the whole change, however busy the machine is."""
    monkeypatch.setattr(steps, "STEP", 60)
