"""Whether a mailbox takes what is sent to its address with a tag behind a plus sign, as answers have."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.models import Mailbox
from helpdesk.teams.querysets import TeamQuerySet

LONGEST_LOCAL_PART = 64  # source: RFC 5321
PATIENCE = timedelta(hours=1)  # after which a test that has not arrived is taken for lost


def tagged_address(mailbox: Mailbox, tag: str) -> str:
    """Its address with the tag; empty where that leaves no room for one."""
    local, _at, domain = mailbox.address.rpartition("@")
    tagged = f"{local}+{tag}"
    return f"{tagged}@{domain}" if len(tagged) <= LONGEST_LOCAL_PART else ""


def takes_tags(mailbox: Mailbox) -> bool:
    """Whether that is known: our own SMTP server takes any tag, of others a test has to show it."""
    return mailbox.kind == Mailbox.Kind.SMTP or mailbox.takes_tags is True


def is_lost(mailbox: Mailbox) -> bool:
    """Whether the last test has not arrived although the mailbox was fetched long after it."""
    if mailbox.takes_tags is not None or mailbox.tag_test_sent_at is None:
        return False
    looked_at = mailbox.last_ok_at if mailbox.kind == Mailbox.Kind.IMAP else timezone.now()
    return looked_at is not None and looked_at > mailbox.tag_test_sent_at + PATIENCE


def tags_in_words(mailbox: Mailbox) -> str:
    """What is known of it, in a sentence for the team."""
    if takes_tags(mailbox):
        return _("Replies with a tag arrive.")
    if mailbox.takes_tags is False or is_lost(mailbox):
        return _("Your mail provider does not accept addresses with +; replies are matched by their headers only.")
    if mailbox.tag_test_sent_at:
        return _("A test to an address with + is on its way. Until it arrives, replies are matched by headers only.")
    return _("It is not known yet whether addresses with + arrive. Until then, replies are matched by headers only.")


def tested_mailboxes() -> TeamQuerySet[Mailbox]:
    """Those that are on, of which only a test can show it."""
    return Mailbox.objects.filter(is_enabled=True).exclude(kind=Mailbox.Kind.SMTP).exclude(_is_for_answers())


def untested_mailboxes() -> TeamQuerySet[Mailbox]:
    """Those of them of which nothing is known, and that nobody has tested."""
    return tested_mailboxes().filter(takes_tags=None, tag_test_sent_at=None)


def without_tags() -> TeamQuerySet[Mailbox]:
    """Those of them that are known not to take any."""
    is_fetched = Q(kind=Mailbox.Kind.IMAP)
    was_looked_for = is_fetched & Q(last_ok_at__gt=F("tag_test_sent_at") + PATIENCE)
    is_old = ~is_fetched & Q(tag_test_sent_at__lt=Now() - PATIENCE)
    return tested_mailboxes().filter(Q(takes_tags=False) | (Q(takes_tags=None) & (was_looked_for | is_old)))


def _is_for_answers() -> Q:
    """At the installation's own domain for them, where the token is the address."""
    return Q(address__iendswith=f"@{settings.REPLY_DOMAIN}") if settings.REPLY_DOMAIN else Q(pk=None)
