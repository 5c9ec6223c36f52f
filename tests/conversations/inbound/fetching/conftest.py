"""A mailbox on a real IMAP server."""

import signal
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.conversations.inbound.emails import mailbox_of
from tests.conversations.inbound.fetching.steps import OWNER
from tests.conversations.inbound.imap_server import PASSWORD, USER, imap_server


@pytest.fixture(scope="package")
def running():
    with imap_server() as server:
        yield server


@pytest.fixture
def imap(running, settings):
    """A server with an empty mailbox, whose UIDVALIDITY no earlier one had."""
    settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES = True
    running.stop(signal.SIGKILL)
    running.start()
    return running


@pytest.fixture
def imap_mailbox(team, imap):
    return mailbox_of(
        team,
        "imap",
        host="127.0.0.1",
        port=imap.port,
        security="none",
        username=USER,
        secret=PASSWORD,
        leased_by=OWNER,
        leased_until=timezone.now() + timedelta(hours=1),
    )
