"""Tests whether a mailbox accepts addresses with a tag after a plus sign, by sending an e-mail to one.

A mailbox for which this is unknown is tested automatically, once per address, after the first successful fetch or
webhook: before that, a test that does not arrive would prove nothing.
"""

from __future__ import annotations

import secrets
import smtplib
from base64 import b32encode
from contextlib import suppress
from datetime import datetime, timedelta

from anymail.exceptions import AnymailError
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.models import Mailbox
from helpdesk.conversations.sending.dispatches import hash_reply_token
from helpdesk.conversations.sending.mailbox_tags import tagged_address, untested_mailboxes
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.mail.refusals import is_no_such_address
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.refusals import ActionRefused

# Errors when a test cannot be sent: the mail server refuses it, or the address, which may have been stored before
# addresses were validated, cannot be put into an e-mail.
NOT_SENT = (OSError, AnymailError, ValueError)

TEST_PAUSE = timedelta(minutes=1)  # between two tests, so that nobody is flooded with them


def refuse_too_soon(last: datetime | None) -> None:
    """Raise ActionRefused if the last test was sent less than a minute ago."""
    if last and last > timezone.now() - TEST_PAUSE:
        raise ActionRefused(_("A test was sent a moment ago. Wait a minute before the next one."))


def ask_for_tag_test(mailbox: Mailbox) -> None:
    """Have a worker test the mailbox, if its support for tags is unknown and no test was requested before."""
    if mailbox.takes_tags is not None or mailbox.tag_test_asked_at is not None:
        return
    unasked = untested_mailboxes().filter(pk=mailbox.pk, tag_test_asked_at=None)
    if unasked.update(tag_test_asked_at=timezone.now()):
        app.configure_task("conversations.send_tag_test").defer(mailbox_id=mailbox.pk)


def send_first_tag_test(mailbox_id: int) -> None:
    """Test the mailbox, if its support for tags is unknown and it was never tested. Raises what NOT_SENT lists."""
    mailbox = untested_mailboxes().filter(pk=mailbox_id).select_related("team").first()
    if mailbox:
        with in_installation_language():
            _send(mailbox, sender_of(mailbox.team).address)


def send_tag_test(mailbox: Mailbox, sender_address: str) -> None:
    """Send a test to the mailbox's address, with a tag as long as those of replies, and forget earlier results.

    A mail server that says it knows no such address settles it at once; any other error leaves it unknown.
    """
    with suppress(*NOT_SENT):
        _send(mailbox, sender_address)


def _send(mailbox: Mailbox, sender_address: str) -> None:
    tag = "p" + b32encode(secrets.token_bytes(20)).decode().lower()
    address = tagged_address(mailbox, tag)
    if not address:
        return
    test = hash_reply_token(tag)
    same = Mailbox.objects.filter(pk=mailbox.pk, address=mailbox.address)
    if not same.update(takes_tags=None, tag_test_hash=test, tag_test_sent_at=timezone.now()):
        return  # its address has changed meanwhile
    ours = Mailbox.objects.filter(pk=mailbox.pk, tag_test_hash=test)
    email = compose(_content_of_test(mailbox), address)
    email.from_email = sender_address
    try:
        email.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = refused.recipients[address]
        if is_no_such_address(f"{code} {said.decode(errors='replace')}"):
            ours.update(takes_tags=False)
    except NOT_SENT:
        ours.update(tag_test_hash="", tag_test_sent_at=None)
        raise


def _content_of_test(mailbox: Mailbox) -> Content:
    return Content(
        subject=_("Test of replies to %(address)s") % {"address": mailbox.address},
        paragraphs=[
            _(
                "Helpdesk sends this e-mail to find out whether replies to an address with a tag after a plus sign "
                "arrive."
            ),
            _("There is nothing to do. You can delete it."),
        ],
        team=mailbox.team.name,
    )
