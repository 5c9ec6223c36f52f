"""For how long it is kept what was said on tickets, and e-mails as they came."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.inbound.rules import EMPTIED
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.models import Attachment, Dispatch, DispatchEvent, Draft, InboundEmail, Rating
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode, stored
from helpdesk.conversations.models.states import DECIDED
from helpdesk.conversations.personal_data import delete_files, forget_recipients
from helpdesk.privacy.retention import Retained
from helpdesk.tickets.merged_tickets import root_keys_of, with_merged
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.tickets.models.ticket_indexes import HAS_OLD_WORDS
from helpdesk.tickets.personal_data import IS_TELLING, empty_messages, forget_facts

TICKETS_AT_ONCE = 20  # each may have many messages and files
EMAILS_AT_ONCE = 50
EMPTIED_ALONE = {name: value for name, value in EMPTIED.items() if name != "email_message_id"}


def due_tickets(team_id: int, before: datetime) -> QuerySet[Ticket]:
    """Those that are done, and on which nothing has happened since; nor has anybody begun to write there."""
    tickets = Ticket.objects.filter(HAS_OLD_WORDS, team=team_id, last_activity_at__lt=before)
    written_on = Draft.objects.filter(team=team_id, updated_at__gte=before).values_list("ticket", flat=True)
    return tickets.exclude(pk__in=root_keys_of(set(written_on))).order_by("last_activity_at", "pk")


def forget_tickets(pks: list[int]) -> None:
    """Empty what was said on them, as where a learner is erased: their numbers, times and topics stay for reports."""
    pks = list(with_merged(pks))
    of_them = {"ticket__in": pks}
    delete_files(Attachment.objects.filter(**of_them))
    forget_recipients(Dispatch.objects.filter(message__ticket__in=pks), "forgotten")
    DispatchEvent.objects.filter(dispatch__message__ticket__in=pks).update(detail="")
    Draft.objects.filter(**of_them).delete()
    Rating.objects.filter(**of_them).update(comment="")
    InboundEmail.objects.filter(**of_them, state__in=DECIDED).update(**EMPTIED, size=0)
    empty_messages(Message.objects.filter(**of_them))
    forget_facts(TicketEvent.objects.filter(IS_TELLING, **of_them))
    Ticket.objects.filter(pk__in=pks).update(question="", words_forgotten_at=timezone.now())


def due_emails(team_id: int, before: datetime) -> QuerySet[InboundEmail]:
    """Those that somebody or a rule has decided about, and whose bytes are still there."""
    return InboundEmail.objects.decided().filter(team=team_id, received_at__lt=before).order_by("received_at", "pk")


def forget_emails(pks: list[int]) -> None:
    """Empty their bytes. What was written stays as a message of the ticket, for as long as that.

    Of one in no ticket there stays by which it is known when it comes again: its Message-ID, and the hash of its bytes.
    """
    emails = InboundEmail.objects.filter(pk__in=pks)
    emails.filter(ticket=None).update(**EMPTIED_ALONE, size=0)
    emails.exclude(ticket=None).update(raw=b"", size=0, undo={})


def due_unfiled(team_id: int, before: datetime) -> QuerySet[InboundEmail]:
    """Those that wait for somebody to decide, and that nobody has had wait again since."""
    waiting = InboundEmail.objects.waiting().filter(team=team_id, received_at__lt=before)
    return waiting.exclude(touched_at__gte=before).order_by("received_at", "pk")


def forget_unfiled(pks: list[int]) -> None:
    """Empty them, and have nobody wait for them; there stays by which they are known when they come again."""
    with in_installation_language():
        why = stored([Reason(ReasonCode.UNDECIDED)])
    emptied = EMPTIED_ALONE | why | {"size": 0, "state": InboundEmail.State.IGNORED}
    InboundEmail.objects.filter(pk__in=pks).update(**emptied)


RETAINED = [
    Retained(
        "tickets",
        _("What was said on finished tickets"),
        _("Questions, messages, notes, files and e-mails, counted from when the ticket was last active. Reports stay."),
        None,
        due_tickets,
        forget_tickets,
        batch=TICKETS_AT_ONCE,
    ),
    Retained(
        "emails",
        _("Original e-mails"),
        _("The bytes of e-mails that are in a ticket or ignored. What was written stays on the ticket."),
        365,
        due_emails,
        forget_emails,
        batch=EMAILS_AT_ONCE,
    ),
    Retained(
        "unfiled",
        _("Unfiled e-mails"),
        _("Those that nobody decided about, spam too: they are emptied, and listed as ignored."),
        365,
        due_unfiled,
        forget_unfiled,
        batch=EMAILS_AT_ONCE,
    ),
]
