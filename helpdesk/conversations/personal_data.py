"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from typing import IO

from django.db.models import Q

from helpdesk.conversations.attachments import storage
from helpdesk.conversations.models import Attachment, InboundEmail, SuppressedAddress
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import ABUSE, ANSWERING, DELIVERY, TEAMWORK, WITH_LEARNER, WITH_TEAM, WITH_TICKET, hours


def _open_file(attachment: Attachment) -> tuple[str, IO[bytes] | None]:
    place = storage()
    return attachment.name, place.open(attachment.storage_key) if place.exists(attachment.storage_key) else None


def _emails_of(person: Person) -> Rows:
    """Those in their tickets, and those that bear their address as far as they were read."""
    is_theirs = Q(ticket__learner=person.learner_id) | Q(sender_address=person.email) | Q(envelope_from=person.email)
    return InboundEmail.objects.filter(is_theirs, team=person.team_id, received_at__lte=person.until)


def _suppressed(person: Person) -> Rows:
    return SuppressedAddress.objects.filter(team=person.team_id, address=person.email)


DECLARED = [
    Holding(
        "conversations.Attachment",
        Subject.LEARNER,
        "name content_type content_id",
        ANSWERING,
        WITH_LEARNER,
        Erasure.DELETE,
        learner="ticket__learner",
        file=_open_file,
    ),
    Holding(
        "conversations.Draft",
        Subject.LEARNER,
        "body",
        ANSWERING,
        WITH_TICKET,
        Erasure.DELETE,
        is_exported=False,
        learner="ticket__learner",
    ),
    Holding(
        "conversations.Dispatch",
        Subject.LEARNER,
        "recipient subject reason before after",
        DELIVERY,
        WITH_LEARNER,
        Erasure.PSEUDONYM,
        learner="message__ticket__learner",
    ),
    Holding(
        "conversations.DispatchEvent",
        Subject.LEARNER,
        "detail",
        DELIVERY,
        WITH_LEARNER,
        Erasure.BLANK,
        learner="dispatch__message__ticket__learner",
    ),
    Holding(
        "conversations.InboundEmail",
        Subject.LEARNER,
        "raw envelope_from sender_name sender_address subject email_message_id reason undo",
        ANSWERING,
        WITH_LEARNER,
        Erasure.BLANK,
        find=_emails_of,
        batch=5,
    ),
    Holding(
        "conversations.SuppressedAddress",
        Subject.LEARNER,
        "address detail",
        DELIVERY,
        WITH_TEAM,
        Erasure.DELETE,
        find=_suppressed,
    ),
    Holding(
        "conversations.LearnerLink",
        Subject.LEARNER,
        "token_hash",
        ANSWERING,
        WITH_TICKET,
        Erasure.DELETE,
        is_exported=False,
        learner="ticket__learner",
    ),
    Holding(
        "conversations.PageAttempt",
        Subject.LEARNER,
        "address",
        ABUSE,
        hours(24),
        Erasure.DELETE,
        learner="link__ticket__learner",
    ),
    Holding(
        "conversations.QuestionRequest",
        Subject.LEARNER,
        "lessons",
        ANSWERING,
        WITH_TICKET,
        Erasure.BLANK,
        learner="ticket__learner",
    ),
    Holding(
        "conversations.Rating",
        Subject.LEARNER,
        "comment",
        ANSWERING,
        WITH_LEARNER,
        Erasure.BLANK,
        learner="ticket__learner",
    ),
    Holding("conversations.Draft", Subject.MEMBER, "body", TEAMWORK, WITH_TICKET, Erasure.DELETE),
    Holding(
        "conversations.Mailbox",
        Subject.MEMBER,
        "address username secret",
        DELIVERY,
        WITH_TEAM,
        Erasure.KEPT,
        is_exported=False,
    ),
    Holding(
        "conversations.SenderIdentity", Subject.MEMBER, "name address signature", ANSWERING, WITH_TEAM, Erasure.KEPT
    ),
    Impersonal("conversations.CannedReply", "name body", "Texts that fit many learners."),
    Impersonal("conversations.Attachment", "sha256 storage_key", "Where the file lies; it goes with its row."),
    Impersonal(
        "conversations.Dispatch", "email_message_id reply_token_hash provider_id", "By which mail servers know it."
    ),
    Impersonal("conversations.DispatchEvent", "provider_event_id", "By which a provider's report is known again."),
    Impersonal("conversations.FirstReply", "body", "A text that fits many learners."),
    Impersonal(
        "conversations.InboundEmail",
        "provider_event envelope_to sha256",
        "Our own address, and by what the same e-mail is known again.",
    ),
    Impersonal("conversations.Mailbox", "host folder authserv_id leased_by last_error", "A server, and how it does."),
    Impersonal("conversations.QuestionRequest", "topics", "Which of our own topics were offered."),
    Impersonal("conversations.SenderIdentity", "dns_findings test_token_hash", "What a domain publishes."),
    Impersonal("conversations.Submission", "key", "Random bits of a form."),
]
