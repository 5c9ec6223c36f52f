"""Of several processes one fetches a mailbox, hears at once what comes, and comes back to one that was away."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.conversations.inbound import fetching
from helpdesk.conversations.inbound.fetchers import Fetchers
from helpdesk.conversations.inbound.fetching import Fetcher
from helpdesk.conversations.models import InboundEmail, Mailbox
from tests.conversations.inbound.fetching.steps import OWNER
from tests.conversations.inbound.letters import letter
from tests.waiting import wait_until


@pytest.mark.django_db(transaction=True)
class TestFetchers:
    @pytest.fixture
    def quick(self, monkeypatch):
        monkeypatch.setattr(fetching, "PAUSES", [0.1])
        monkeypatch.setattr(fetching, "IDLE_SECONDS", 2.0)

    def test_one_process_fetches_and_hears_at_once_what_comes(self, imap, mailbox, monkeypatch):
        monkeypatch.setattr(fetching, "IDLE_SECONDS", 60.0)
        Mailbox.objects.update(leased_by="", leased_until=None)
        first, second = Fetchers(), Fetchers()
        try:
            first.look()
            second.look()
            wait_until(lambda: Mailbox.objects.get().last_ok_at, 20, "not fetched")
            imap.deliver(letter("Um"))
            wait_until(InboundEmail.objects.exists, 20, "not heard")
            assert len(first._running) + len(second._running) == 1
            Mailbox.objects.update(leased_until=timezone.now() - timedelta(seconds=1), leased_by="died")
            first.look()
            second.look()
            imap.deliver(letter("Dois"))
            wait_until(lambda: InboundEmail.objects.count() == 2, 20, "nobody took it over")
        finally:
            first.stop()
            second.stop()

    def test_a_mailbox_that_was_away_is_fetched_again(self, imap, mailbox, quick):
        imap.stop()
        fetcher = Fetcher(mailbox, OWNER)
        fetcher.start()
        try:
            wait_until(lambda: Mailbox.objects.get().last_error, 20, "no problem is told")
            imap.start()
            imap.deliver(letter("Um"))
            wait_until(InboundEmail.objects.exists, 20, "not fetched")
            wait_until(lambda: not Mailbox.objects.get().last_error, 20, "the problem stays")
        finally:
            fetcher.stop()
            fetcher.join(10)
        connection.close()
