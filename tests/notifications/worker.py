"""Runs the worker's steps for notification e-mails."""

from django.core import mail

from helpdesk.notifications import digests, emails
from tests.factories import publish


def look():
    """The digests found in the next minute: about what had happened by the minute before."""
    publish()
    return digests.next_digests()[0]


def found():
    """The digests about everything until now."""
    look()
    return look()


def send_all():
    """Send the digests about everything until now."""
    for digest in found():
        emails.send_digest(*digest)
    return mail.outbox
