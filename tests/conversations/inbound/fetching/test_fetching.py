"""Mailboxes are fetched from a real IMAP server: nothing is lost, nothing comes twice."""

import imaplib
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.inbound import fetching
from helpdesk.conversations.inbound.fetching import LeaseLost, fetch_new
from helpdesk.conversations.inbound.imap import Connection
from helpdesk.conversations.inbound.storing import store_email
from helpdesk.conversations.models import InboundEmail, Mailbox
from tests.conversations.inbound.emails import write_email
from tests.conversations.inbound.fetching.steps import OWNER, change_account, fetch, stored
from tests.conversations.inbound.imap_server import USER


@pytest.mark.django_db
class TestFetching:
    def test_emails_are_stored_once_and_byte_for_byte(self, imap, imap_mailbox):
        odd = b"Subject: \xe9\xff\x00\r\nbroken header\r\n\r\nbody \xff\r\n"
        first = write_email("Um")
        imap.deliver(first, odd)
        assert fetch(imap_mailbox) == 2
        assert fetch(imap_mailbox) == 0
        assert stored() == [first.replace(b"\n", b"\r\n") if b"\r\n" not in first else first, odd]
        imap_mailbox.refresh_from_db()
        assert imap_mailbox.last_ok_at
        assert not imap_mailbox.last_error
        imap.deliver(write_email("Dois"))
        assert fetch(imap_mailbox) == 1

    def test_nothing_in_the_folder_is_changed(self, imap, imap_mailbox):
        imap.deliver(write_email("Um"))
        fetch(imap_mailbox)
        client = imap.client()
        client.select("INBOX", readonly=True)
        assert client.search(None, "UNSEEN")[1] == [b"1"]

    def test_emails_from_before_the_mailbox_was_set_up_are_not_fetched(self, imap, imap_mailbox):
        imap.deliver(write_email("Alt"))
        Mailbox.objects.update(created_at=timezone.now() + timedelta(hours=1))
        assert fetch(imap_mailbox) == 0

    def test_a_changed_uidvalidity_causes_no_duplicates(self, imap, imap_mailbox):
        mails = [write_email("Um"), write_email("Dois")]
        imap.deliver(*mails)
        fetch(imap_mailbox)
        old = Mailbox.objects.get().uidvalidity
        imap.stop()
        imap.start()
        imap.deliver(*mails, write_email("Drei"))
        assert fetch(imap_mailbox) == 1
        assert InboundEmail.objects.count() == 3
        assert Mailbox.objects.get().uidvalidity != old

    def test_an_unchanged_uidvalidity_does_not_read_from_the_beginning_again(self, imap, imap_mailbox, monkeypatch):
        imap.deliver(write_email("Um"), write_email("Dois"))
        asked = []
        facts_of = Connection.facts_of

        def note(opened, uid):
            asked.append(uid)
            return facts_of(opened, uid)

        monkeypatch.setattr(Connection, "facts_of", note)
        for _connection in range(2):
            opened = Connection(imap_mailbox, step_seconds=5)
            for _look in range(3):
                fetch_new(imap_mailbox, opened, OWNER)
            opened.hang_up()
        assert asked == [101, 102]
        assert InboundEmail.objects.count() == 2

    def test_reused_uids_lose_no_emails(self, imap, imap_mailbox):
        imap.deliver(write_email("Um"), write_email("Dois"))
        fetch(imap_mailbox)
        validity = Mailbox.objects.get().uidvalidity or 0
        imap.stop()
        imap.start()
        imap.deliver(write_email("Três"), write_email("Quatro"))
        Mailbox.objects.update(last_uid=0)
        opened = Connection(imap_mailbox, step_seconds=5)
        assert opened.uidvalidity != validity
        opened._uidvalidity = validity  # as some servers do
        assert fetch_new(imap_mailbox, opened, OWNER) == 2
        Mailbox.objects.update(last_uid=0)
        assert fetch_new(imap_mailbox, opened, OWNER) == 0
        assert InboundEmail.objects.count() == 4

    def test_another_account_with_the_same_uids_is_fetched(self, imap, imap_mailbox, monkeypatch):
        monkeypatch.setattr(Connection, "uidvalidity", 1)
        imap.deliver(write_email("Um"), write_email("Dois"))
        fetch(imap_mailbox)
        imap.stop()
        imap.start()  # as another server
        imap.deliver(write_email("Três"), write_email("Quatro"))
        change_account(imap_mailbox, username="suporte")
        Mailbox.objects.update(username=USER)
        assert fetch(imap_mailbox) == 2
        assert InboundEmail.objects.count() == 4

    def test_fetching_the_old_account_does_not_move_the_cursor_of_the_new_one(self, imap, imap_mailbox):
        imap.deliver(write_email("Um"))
        opened = Connection(imap_mailbox, step_seconds=5)
        change_account(imap_mailbox, folder="Suporte")
        with pytest.raises(LeaseLost):
            fetch_new(imap_mailbox, opened, OWNER)
        assert not InboundEmail.objects.exists()
        assert Mailbox.objects.get().uidvalidity is None

    def test_earlier_emails_in_another_account_are_not_fetched(self, imap, imap_mailbox):
        Mailbox.objects.update(last_ok_at=timezone.now() + timedelta(hours=1))
        change_account(imap_mailbox, folder="Suporte")
        Mailbox.objects.update(folder="INBOX")
        imap.deliver(write_email("Alt"))
        assert fetch(imap_mailbox) == 0

    def test_two_undeliverable_emails_are_recorded_as_two(self, imap, imap_mailbox, monkeypatch):
        imap.deliver(write_email("Um"))
        monkeypatch.setattr(fetching, "_fetch_one", lambda *_arguments: fetching.NOT_GIVEN)
        fetch(imap_mailbox)
        imap.stop()
        imap.start()
        imap.deliver(write_email("Dois"))
        fetch(imap_mailbox)
        assert list(InboundEmail.objects.values_list("state", flat=True)) == ["failed"] * 2

    def test_cursor_and_email_are_stored_together_or_not_at_all(self, imap, imap_mailbox, monkeypatch):
        imap.deliver(write_email("Um"), write_email("Dois"))
        store = store_email

        def fail(*args, **fields):
            store(*args, **fields)
            raise KeyboardInterrupt

        monkeypatch.setattr(fetching, "store_email", fail)
        with pytest.raises(KeyboardInterrupt):
            fetch(imap_mailbox)
        assert not InboundEmail.objects.exists()
        monkeypatch.undo()
        assert fetch(imap_mailbox) == 2

    def test_nothing_is_stored_without_the_lease(self, imap, imap_mailbox):
        imap.deliver(write_email("Um"))
        with pytest.raises(LeaseLost):
            fetch(imap_mailbox, owner="somebody else")
        assert not InboundEmail.objects.exists()

    def test_a_disabled_mailbox_is_not_fetched(self, imap, imap_mailbox):
        imap.deliver(write_email("Um"))
        Mailbox.objects.update(is_enabled=False)
        with pytest.raises(LeaseLost):
            fetch(imap_mailbox)

    def test_an_email_the_server_withholds_delays_the_others_until_the_third_attempt(
        self, imap, imap_mailbox, monkeypatch
    ):
        imap.deliver(write_email("Um"), write_email("Gift"), write_email("Dois"))
        raw = Connection.raw

        def give(opened, uid, most=None):
            if uid == 102:
                raise imaplib.IMAP4.error("FETCH: NO")
            return raw(opened, uid, most)

        monkeypatch.setattr(Connection, "raw", give)
        refusals: dict[int, int] = {}
        for _ in range(2):
            with pytest.raises(imaplib.IMAP4.error):
                fetch(imap_mailbox, refusals=refusals)
        assert InboundEmail.objects.count() == 1
        assert fetch(imap_mailbox, refusals=refusals) == 2
        assert list(InboundEmail.objects.order_by("uid").values_list("state", flat=True)) == [
            "stored",
            "failed",
            "stored",
        ]

    def test_only_the_head_of_an_oversized_email_is_fetched(self, imap, imap_mailbox, monkeypatch):
        monkeypatch.setattr(fetching, "LARGEST", 2_000)
        monkeypatch.setattr(fetching, "HEAD_KEPT", 500)
        imap.deliver(write_email("x" * 4_000), write_email("Klein"))
        assert fetch(imap_mailbox) == 2
        large = InboundEmail.objects.earliest("pk")
        assert (len(large.raw), large.is_cut) == (500, True)
