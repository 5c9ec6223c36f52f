"""The services that received a learner's data by e-mail; see helpdesk.privacy.recipients."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.models import Dispatch, InboundEmail, Mailbox
from helpdesk.operations.outside_services import mail_service
from helpdesk.privacy.recipients import Recipient
from helpdesk.privacy.register import Person

SENT = _("E-mails to them, which it passes on")
FETCHED = _("E-mails from them, which stay in its mailbox until they are deleted there")


def _mail_server(person: Person) -> Iterator[Recipient]:
    """The one configured now; which one was used earlier is not recorded."""
    sent = Dispatch.objects.filter(message__ticket__learner=person.learner_id, accepted_at__isnull=False)
    times = sent.aggregate(first=Min("accepted_at"), last=Max("accepted_at"))
    if times["last"] and (name := mail_service()):
        yield Recipient(name, SENT, times["first"], times["last"])


def _mailboxes(person: Person) -> Iterator[Recipient]:
    """Those that e-mails in the learner's tickets were fetched from or passed on by."""
    emails = InboundEmail.objects.filter(ticket__learner=person.learner_id).exclude(mailbox__kind=Mailbox.Kind.SMTP)
    grouped = emails.order_by().values_list("mailbox__address", "mailbox__host")
    for address, host, first, last in grouped.annotate(first=Min("received_at"), last=Max("received_at")):
        if address:  # otherwise the mailbox was deleted
            yield Recipient(f"{address} ({host})" if host else address, FETCHED, first, last)


RECIPIENTS = [_mail_server, _mailboxes]
