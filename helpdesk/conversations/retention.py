"""How long the contents of tickets and original e-mails are kept."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.inbound.filing_rules import EMPTIED
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
    """Finished tickets without activity since `before`, on which nobody has a newer draft."""
    tickets = Ticket.objects.filter(HAS_OLD_WORDS, team=team_id, last_activity_at__lt=before)
    written_on = Draft.objects.filter(team=team_id, updated_at__gte=before).values_list("ticket", flat=True)
    return tickets.exclude(pk__in=root_keys_of(set(written_on))).order_by("last_activity_at", "pk")


def forget_tickets(pks: list[int]) -> None:
    """Empty the tickets' contents, as when a learner is erased; numbers, times and topics are kept for reports."""
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
    """E-mails that a person or a rule has decided about, and whose bytes are still stored."""
    return InboundEmail.objects.decided().filter(team=team_id, received_at__lt=before).order_by("received_at", "pk")


def forget_emails(pks: list[int]) -> None:
    """Delete the e-mails' bytes; their text stays as a message of the ticket.

    E-mails without a ticket keep their Message-ID and the hash of their bytes, by which repetitions are recognised.
    """
    emails = InboundEmail.objects.filter(pk__in=pks)
    emails.filter(ticket=None).update(**EMPTIED_ALONE, size=0)
    emails.exclude(ticket=None).update(raw=b"", size=0, undo={})


def due_unfiled(team_id: int, before: datetime) -> QuerySet[InboundEmail]:
    """E-mails that wait for a decision, and that nobody has set to wait again since `before`."""
    waiting = InboundEmail.objects.waiting().filter(team=team_id, received_at__lt=before)
    return waiting.exclude(touched_at__gte=before).order_by("received_at", "pk")


def forget_unfiled(pks: list[int]) -> None:
    """Empty and ignore them; the Message-ID and the hash of the bytes are kept to recognise repetitions."""
    with in_installation_language():
        why = stored([Reason(ReasonCode.UNDECIDED)])
    emptied = EMPTIED_ALONE | why | {"size": 0, "state": InboundEmail.State.IGNORED}
    InboundEmail.objects.filter(pk__in=pks).update(**emptied)


RETAINED = [
    Retained(
        "tickets",
        _("Conversations on finished tickets"),
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
        _(
            "Those still waiting for a decision, including spam. Their content is deleted, and they are listed as "
            "ignored."
        ),
        365,
        due_unfiled,
        forget_unfiled,
        batch=EMAILS_AT_ONCE,
    ),
]
