"""Fetches the mailboxes that no other process has leased, each in its own thread.

The service that starts the threads also renews their leases, so that a large e-mail can take its time. A process that
dies renews none, and another takes over its mailboxes half a minute later.
"""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta

from django.db.models import Q

from helpdesk.conversations.inbound.fetching import Fetcher
from helpdesk.conversations.models import Mailbox
from helpdesk.operations.clock import database_now

CHANNEL = "conversations_mailboxes"
LEASE = timedelta(seconds=30)
RENEWED_AFTER = timedelta(seconds=10)
MOST_IN_A_PROCESS = 50
Fingerprint = tuple[object, ...]


class Fetchers:
    """The fetcher threads of this process."""

    def __init__(self) -> None:
        self._owner = secrets.token_hex(16)
        self._running: dict[int, tuple[Fetcher, Fingerprint]] = {}
        self._lock = threading.Lock()

    def look(self) -> bool:
        """Start, keep and stop fetchers to match the mailboxes. Always False: there is never more to do at once."""
        with self._lock:
            now = database_now()
            mailboxes = {box.pk: box for box in Mailbox.objects.filter(kind=Mailbox.Kind.IMAP, is_enabled=True)}
            self._end_others(mailboxes)
            mine = Mailbox.objects.filter(pk__in=self._running, leased_by=self._owner)
            mine.filter(leased_until__lt=now + LEASE - RENEWED_AFTER).update(leased_until=now + LEASE)
            for mailbox in mailboxes.values():
                if mailbox.pk not in self._running and len(self._running) < MOST_IN_A_PROCESS:
                    self._start(mailbox)
        return False

    def _end_others(self, mailboxes: dict[int, Mailbox]) -> None:
        """Stop the fetchers whose mailbox is turned off, was changed, or belongs to another process."""
        for pk, (fetcher, fingerprint) in list(self._running.items()):
            mailbox = mailboxes.get(pk)
            is_mine = mailbox is not None and mailbox.leased_by == self._owner
            if not fetcher.is_alive() or not is_mine or (mailbox and fingerprint_of(mailbox) != fingerprint):
                fetcher.stop()
                Mailbox.objects.filter(pk=pk, leased_by=self._owner).update(leased_until=None, leased_by="")
                del self._running[pk]

    def _start(self, mailbox: Mailbox) -> None:
        now = database_now()
        is_free = Q(leased_until=None) | Q(leased_until__lt=now)
        free = Mailbox.objects.filter(is_free, pk=mailbox.pk, is_enabled=True)
        if free.update(leased_by=self._owner, leased_until=now + LEASE):
            mailbox.refresh_from_db()
            fetcher = Fetcher(mailbox, self._owner)
            self._running[mailbox.pk] = fetcher, fingerprint_of(mailbox)
            fetcher.start()

    def stop(self) -> None:
        """Stop all fetchers, and release their mailboxes for other processes."""
        with self._lock:
            self._end_others({})


def fingerprint_of(mailbox: Mailbox) -> Fingerprint:
    """The settings that a connection depends on, without the token that fetching itself renews."""
    return (
        mailbox.host,
        mailbox.port,
        mailbox.security,
        mailbox.login,
        mailbox.username,
        "" if mailbox.renews_token else mailbox.secret,
        mailbox.folder,
    )


FETCHERS = Fetchers()
