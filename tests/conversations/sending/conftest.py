"""Sending goes through a real mail server, which takes e-mails, puts them off, refuses them, hangs and hangs up."""

import pytest


@pytest.fixture(autouse=True)
def _server(smtp_server):
    """A test that forgets to ask for it sends nowhere else."""
