"""Sending uses a real mail server, which can accept, defer and refuse e-mails, hang and disconnect."""

import pytest


@pytest.fixture(autouse=True)
def _server(smtp_server):
    """Use the test server even in tests that forget to ask for it."""
