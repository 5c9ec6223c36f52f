"""The test that shows whether a mailbox takes addresses with a tag: it is sent to one, and comes in or not.

A mailbox of which nothing is known is tested by itself, once for each address that it gets, when something has come out
of it: before that, a test that does not arrive would tell nothing.
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

from helpdesk.conversations.dispatches import hash_reply_token
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.mailbox_tags import tagged_address, untested_mailboxes
from helpdesk.conversations.models import Mailbox
from helpdesk.conversations.send_jobs import enqueue_tag_test
from helpdesk.conversations.senders import sender_of
from helpdesk.mail.refusals import is_no_such_address
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.refusals import ActionRefused

# Why a test does not go out: no mail server takes it, or no e-mail can bear the address, as one that was stored before
# that was looked at.
NOT_SENT = (OSError, AnymailError, ValueError)

TEST_PAUSE = timedelta(minutes=1)  # between two tests, so that nobody is flooded with them


def refuse_too_soon(last: datetime | None) -> None:
    """Raise ActionRefused if the last test was sent less than a minute ago."""
    if last and last > timezone.now() - TEST_PAUSE:
        raise ActionRefused(_("A test was sent a moment ago. Wait a minute before the next one."))


def ask_for_tag_test(mailbox: Mailbox) -> None:
    """Have a worker test one of which nothing is known, unless that was asked for already."""
    if mailbox.takes_tags is not None or mailbox.tag_test_asked_at is not None:
        return
    unasked = untested_mailboxes().filter(pk=mailbox.pk, tag_test_asked_at=None)
    if unasked.update(tag_test_asked_at=timezone.now()):
        enqueue_tag_test(mailbox.pk)


def send_first_tag_test(mailbox_id: int) -> None:
    """Test a mailbox of which nothing is known, and that nobody has tested.

    Raises those of NOT_SENT.
    """
    mailbox = untested_mailboxes().filter(pk=mailbox_id).select_related("team").first()
    if mailbox:
        with in_installation_language():
            _send(mailbox, sender_of(mailbox.team).address)


def send_tag_test(mailbox: Mailbox, sender_address: str) -> None:
    """Write to its address with a tag as long as those of answers. What was known before has to show anew.

    A mail server that knows no such address settles it at once; where it was not taken for another reason, nothing is
    known.
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
        return  # it has another address by now
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
