"""Acts as the fetcher, and as the page of a mailbox."""

from helpdesk.conversations.email_settings.mailbox_forms import MailboxForm
from helpdesk.conversations.inbound.fetching import fetch_new
from helpdesk.conversations.inbound.imap import Connection
from helpdesk.conversations.models import InboundEmail, Mailbox

OWNER = "me"


def fetch(mailbox, owner=OWNER, refusals=None):
    mailbox.refresh_from_db()
    opened = Connection(mailbox, step_seconds=5)
    try:
        return fetch_new(mailbox, opened, owner, refusals)
    finally:
        opened.hang_up()


def change_account(mailbox, **fields):
    """Change the account as the page does."""
    found = Mailbox.objects.get(pk=mailbox.pk)
    form = MailboxForm(instance=found)
    for name, value in fields.items():
        setattr(found, name, value)
    assert form.save_changes()


def stored():
    return [bytes(raw) for raw in InboundEmail.objects.order_by("pk").values_list("raw", flat=True)]
