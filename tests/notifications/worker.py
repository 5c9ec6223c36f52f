"""What the worker does about e-mails, minute by minute."""

from django.core import mail

from helpdesk.notifications import digests, emails
from tests.factories import publish


def look():
    """What it finds in its next minute: the letters for what was there in the minute before."""
    publish()
    return digests.next_digests()[0]


def found():
    """The letters for what has happened until now."""
    look()
    return look()


def send_all():
    """What it does in its next minutes."""
    for letter in found():
        emails.send_digest(*letter)
    return mail.outbox
