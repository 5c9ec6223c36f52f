"""Of several processes one fetches a mailbox, hears at once what comes, and comes back to one that was away."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations.inbound import fetching, health
from helpdesk.conversations.inbound.fetchers import Fetchers
from helpdesk.conversations.inbound.fetching import Fetcher
from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.conversations.tasks import report_mailboxes
from helpdesk.teams.roles import Role
from tests.conversations.inbound.emails import write_email
from tests.conversations.inbound.fetching.steps import OWNER
from tests.factories import MembershipFactory
from tests.waiting import wait_until


class MovedClock(threading.Event):
    """Of a fetcher: it waits no time, and as much passes for its mailbox. After an hour `then` is called."""

    def __init__(self, then):
        super().__init__()
        self.pauses, self._then = [], then

    def wait(self, timeout=None):
        """Whether it is to stop."""
        is_over = sum(self.pauses) >= 3600
        self.pauses.append(timeout)
        Mailbox.objects.update(last_ok_at=F("last_ok_at") - timedelta(seconds=timeout))
        report_mailboxes()  # as the worker does every minute
        if sum(self.pauses) >= 3600 and not is_over:
            self._then()
        return self.is_set()


@pytest.mark.django_db(transaction=True)
class TestFetchers:
    @pytest.fixture
    def quick(self, monkeypatch):
        monkeypatch.setattr(fetching, "PAUSES", [0.1])
        monkeypatch.setattr(fetching, "IDLE_SECONDS", 2.0)

    def test_one_process_fetches_and_notices_new_emails_at_once(self, imap, imap_mailbox, monkeypatch):
        monkeypatch.setattr(fetching, "IDLE_SECONDS", 60.0)
        Mailbox.objects.update(leased_by="", leased_until=None)
        first, second = Fetchers(), Fetchers()
        try:
            first.look()
            second.look()
            wait_until(lambda: Mailbox.objects.get().last_ok_at, 20, "not fetched")
            imap.deliver(write_email("Um"))
            wait_until(InboundEmail.objects.exists, 20, "not heard")
            assert len(first._running) + len(second._running) == 1
            Mailbox.objects.update(leased_until=timezone.now() - timedelta(seconds=1), leased_by="died")
            first.look()
            second.look()
            imap.deliver(write_email("Dois"))
            wait_until(lambda: InboundEmail.objects.count() == 2, 20, "nobody took it over")
        finally:
            first.stop()
            second.stop()

    def test_an_unreachable_mailbox_is_fetched_again(self, imap, imap_mailbox, quick):
        imap.stop()
        fetcher = Fetcher(imap_mailbox, OWNER)
        fetcher.start()
        try:
            wait_until(lambda: Mailbox.objects.get().last_error, 20, "no problem is told")
            imap.start()
            imap.deliver(write_email("Um"))
            wait_until(InboundEmail.objects.exists, 20, "not fetched")
            wait_until(lambda: not Mailbox.objects.get().last_error, 20, "the problem stays")
        finally:
            fetcher.stop()
            fetcher.join(10)
        connection.close()

    def test_after_an_hour_offline_each_email_is_stored_once_and_people_notified_once(self, imap, imap_mailbox, team):
        MembershipFactory(team=team, role=Role.MANAGER)
        Mailbox.objects.update(last_ok_at=timezone.now())
        imap.stop()

        def come_back():
            imap.start()
            for body in ("Um", "Dois", "Três"):
                imap.deliver(write_email(body))

        fetcher = Fetcher(imap_mailbox, OWNER)
        fetcher._stop_fetching = clock = MovedClock(come_back)
        fetcher.start()
        try:
            wait_until(lambda: InboundEmail.objects.count() >= 3, 60, "not fetched")
            wait_until(lambda: not Mailbox.objects.get().last_error, 20, "the problem stays")
        finally:
            fetcher.stop()
            fetcher.join(40)
        assert clock.pauses[:5] == [5, 15, 60, 300, 300]
        assert InboundEmail.objects.count() == 3
        assert ProcrastinateJob.objects.filter(task_name="conversations.send_mailbox_alarm").count() == 1
        assert health.check()["silent"] == 0
        connection.close()
