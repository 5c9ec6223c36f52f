"""Whether mailboxes accept tags behind a plus sign in their address, which replies use."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from helpdesk.conversations.models import Mailbox
from helpdesk.teams.querysets import TeamQuerySet

LONGEST_LOCAL_PART = 64  # source: RFC 5321
PATIENCE = timedelta(hours=1)  # after this, a test that has not arrived counts as lost


def tagged_address(mailbox: Mailbox, tag: str) -> str:
    """The mailbox's address with the tag; empty if it would be too long."""
    local, _at, domain = mailbox.address.rpartition("@")
    tagged = f"{local}+{tag}"
    return f"{tagged}@{domain}" if len(tagged) <= LONGEST_LOCAL_PART else ""


def takes_tags(mailbox: Mailbox) -> bool:
    """Whether tags are known to arrive: our own SMTP server takes any, for others a test has to show it."""
    return mailbox.kind == Mailbox.Kind.SMTP or mailbox.takes_tags is True


def is_lost(mailbox: Mailbox) -> bool:
    """Whether the last test has not arrived by PATIENCE, although the mailbox was fetched since."""
    if mailbox.takes_tags is not None or mailbox.tag_test_sent_at is None:
        return False
    looked_at = mailbox.last_ok_at if mailbox.kind == Mailbox.Kind.IMAP else timezone.now()
    return looked_at is not None and looked_at > mailbox.tag_test_sent_at + PATIENCE


def tested_mailboxes() -> TeamQuerySet[Mailbox]:
    """Enabled mailboxes for which a test is needed."""
    return Mailbox.objects.filter(is_enabled=True).exclude(kind=Mailbox.Kind.SMTP).exclude(_is_for_answers())


def untested_mailboxes() -> TeamQuerySet[Mailbox]:
    """Those of them without a result that were never sent a test."""
    return tested_mailboxes().filter(takes_tags=None, tag_test_sent_at=None)


def without_tags() -> TeamQuerySet[Mailbox]:
    """Those of them that are known not to accept tags."""
    is_fetched = Q(kind=Mailbox.Kind.IMAP)
    was_looked_for = is_fetched & Q(last_ok_at__gt=F("tag_test_sent_at") + PATIENCE)
    is_old = ~is_fetched & Q(tag_test_sent_at__lt=Now() - PATIENCE)
    return tested_mailboxes().filter(Q(takes_tags=False) | (Q(takes_tags=None) & (was_looked_for | is_old)))


def _is_for_answers() -> Q:
    """Mailboxes in REPLY_DOMAIN, where the token is the whole local part."""
    return Q(address__iendswith=f"@{settings.REPLY_DOMAIN}") if settings.REPLY_DOMAIN else Q(pk=None)
