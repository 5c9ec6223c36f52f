"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from django.db.models import Q
from django.utils.translation import gettext

from helpdesk.conversations.attachments import storage
from helpdesk.conversations.inbound.rules import EMPTIED
from helpdesk.conversations.mail.bounces import read_bounce
from helpdesk.conversations.mail.parsing import parse_email
from helpdesk.conversations.models import Attachment, Dispatch, InboundEmail, SuppressedAddress
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import (
    ABUSE,
    ANSWERING,
    BY_RETENTION,
    DELIVERY,
    FROM_CONVERSATION,
    FROM_LEARNER,
    FROM_SERVERS,
    FROM_US,
    TEAMWORK,
    WITH_TEAM,
    WITH_TICKET,
    hours,
)
from helpdesk.tickets.personal_data import messages_elsewhere

PSEUDONYM = "erased-"  # no address; the key of the dispatch follows, since a message has one for each recipient


def _open_file(attachment: Attachment) -> tuple[str, IO[bytes] | None]:
    place = storage()
    return attachment.name, place.open(attachment.storage_key) if place.exists(attachment.storage_key) else None


def _attachments(person: Person) -> Rows:
    """Those of their tickets, and of what they wrote on tickets of others."""
    is_theirs = Q(ticket__learner=person.learner_id) | Q(message__in=messages_elsewhere(person))
    return Attachment.objects.filter(is_theirs, team=person.team_id)


def _emails(person: Person) -> Rows:
    """Those in their tickets or from their address, and all that are in none: one may be to them, or come back."""
    is_theirs = Q(ticket__learner=person.learner_id) | Q(sender_address=person.email) | Q(envelope_from=person.email)
    emails = InboundEmail.objects.filter(team=person.team_id, received_at__lte=person.until)
    return emails.filter(is_theirs | Q(ticket=None)).exclude(raw=b"", sender_address="", envelope_from="").defer("raw")


def is_theirs(person: Person, email: InboundEmail) -> bool:
    """Of what is in no ticket, what is from or to their whole address, or a report about an e-mail to it.

    Never by a name, which others bear too; its bytes are read only where the row does not say it.
    """
    if email.ticket_id or person.email in {email.sender_address, email.envelope_from}:
        return True
    raw = bytes(email.raw)
    parsed = parse_email(raw)
    addresses = {each.email for each in (parsed.sender, *parsed.reply_to, *parsed.to, *parsed.cc)}
    if person.email in addresses | set(parsed.failed_recipients):
        return True
    report = read_bounce(raw, parsed)
    return report is not None and person.email in {each.address for each in report.recipients}


def emails_bearing_name(person: Person) -> Rows:
    """E-mails in no ticket that bear the learner's full name: theirs or a namesake's, which a person has to see."""
    emails = InboundEmail.objects.filter(team=person.team_id, ticket=None).defer("raw")
    if " " not in person.name:
        return emails.none()
    bears_name = Q(sender_name__icontains=person.name) | Q(subject__icontains=person.name)
    return emails.filter(bears_name).exclude(sender_address=person.email).order_by("-received_at", "-pk")


def _export_email(person: Person, email: InboundEmail) -> dict[str, Any]:
    """Their own as it came; of others' only that they came."""
    head = {"received_at": email.received_at, "state": email.get_state_display()}
    if email.sender_address != person.email:
        return head | {"from": gettext("somebody else")}
    raw = bytes(email.raw)
    return head | {"from": person.email, "subject": email.subject, "raw": raw.decode(errors="replace")}


def _export_dispatch(person: Person, dispatch: Dispatch) -> dict[str, Any]:
    return {
        "created_at": dispatch.created_at,
        "recipient": dispatch.recipient,
        "subject": dispatch.subject,
        "state": dispatch.get_state_display(),
        "reason": dispatch.reason,
        "accepted_at": dispatch.accepted_at,
    }


def _suppressed(person: Person) -> Rows:
    return SuppressedAddress.objects.filter(team=person.team_id, address=person.email)


def _delete_files(person: Person, rows: list[Attachment]) -> None:
    delete_files(rows)


def delete_files(rows: Iterable[Attachment]) -> None:
    """The files first: one whose row is there is found again, one without is not."""
    rows = list(rows)
    for attachment in rows:
        storage().delete(attachment.storage_key)
    Attachment.objects.filter(pk__in=[attachment.pk for attachment in rows]).delete()


def _dispatches(person: Person) -> Rows:
    dispatches = Dispatch.objects.filter(message__ticket__learner=person.learner_id)
    return dispatches.exclude(recipient__startswith=PSEUDONYM, subject="", reason="", before={}, after={})


def _forget_recipients(person: Person, rows: list[Dispatch]) -> None:
    forget_recipients(rows)


def forget_recipients(rows: Iterable[Dispatch]) -> None:
    """What has not left does not leave any more."""
    rows = list(rows)
    State = Dispatch.State
    for dispatch in rows:
        dispatch.recipient, dispatch.subject, dispatch.reason = f"{PSEUDONYM}{dispatch.pk}", "", ""
        dispatch.before, dispatch.after = {}, {}
        if dispatch.state in {State.HELD, State.QUEUED, State.SENDING}:
            dispatch.state, dispatch.next_try_at = State.CANCELLED, None
    Dispatch.objects.bulk_update(rows, ["recipient", "subject", "reason", "before", "after", "state", "next_try_at"])


DECLARED = [
    Holding(
        "conversations.Attachment",
        Subject.LEARNER,
        "name content_type",
        ANSWERING,
        BY_RETENTION,
        Erasure.DELETE,
        origin=FROM_CONVERSATION,
        find=_attachments,
        file=_open_file,
        erase_rows=_delete_files,
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
        BY_RETENTION,
        Erasure.PSEUDONYM,
        origin=FROM_US,
        view=_export_dispatch,
        find=_dispatches,
        erase_rows=_forget_recipients,
    ),
    Holding(
        "conversations.DispatchEvent",
        Subject.LEARNER,
        "detail",
        DELIVERY,
        BY_RETENTION,
        Erasure.BLANK,
        origin=FROM_SERVERS,
        learner="dispatch__message__ticket__learner",
    ),
    Holding(
        "conversations.InboundEmail",
        Subject.LEARNER,
        "raw envelope_from sender_name sender_address subject email_message_id reason undo",
        ANSWERING,
        BY_RETENTION,
        Erasure.BLANK,
        origin=FROM_LEARNER,
        view=_export_email,
        find=_emails,
        matches=is_theirs,
        batch=5,
        values=EMPTIED,
        also={"state": InboundEmail.State.IGNORED, "size": 0},
    ),
    Holding(
        "conversations.SuppressedAddress",
        Subject.LEARNER,
        "address detail",
        DELIVERY,
        WITH_TEAM,
        Erasure.DELETE,
        origin=FROM_SERVERS,
        find=_suppressed,
    ),
    Holding(
        "conversations.PageAttempt",
        Subject.LEARNER,
        "address",
        ABUSE,
        hours(24),
        Erasure.DELETE,
        is_exported=False,  # whoever had the link may have been there
        learner="link__ticket__learner",
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
        "conversations.QuestionRequest",
        Subject.LEARNER,
        "lessons language",
        ANSWERING,
        WITH_TICKET,
        Erasure.BLANK,
        origin=FROM_US,
        values={"lessons": [], "language": ""},
        learner="ticket__learner",
    ),
    Holding(
        "conversations.Rating",
        Subject.LEARNER,
        "comment",
        ANSWERING,
        BY_RETENTION,
        Erasure.BLANK,
        origin=FROM_LEARNER,
        learner="ticket__learner",
    ),
    Holding("conversations.Draft", Subject.MEMBER, "body", TEAMWORK, WITH_TICKET, Erasure.DELETE),
    Holding(
        "conversations.Mailbox",
        Subject.MEMBER,
        "address username secret client_id client_secret refresh_token",
        DELIVERY,
        WITH_TEAM,
        Erasure.KEPT,
        is_exported=False,
    ),
    Holding(
        "conversations.SenderIdentity", Subject.MEMBER, "name address signature", ANSWERING, WITH_TEAM, Erasure.KEPT
    ),
    Impersonal("conversations.CannedReply", "name body", "Texts that fit many learners."),
    Impersonal("conversations.Attachment", "sha256 storage_key content_id", "Where it lies; it goes with its row."),
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
    Impersonal(
        "conversations.Mailbox", "host token_url folder authserv_id leased_by last_error", "Servers, and how they do."
    ),
    Impersonal("conversations.QuestionRequest", "topics", "Which of our own topics were offered."),
    Impersonal("conversations.SenderIdentity", "dns_findings test_token_hash", "What a domain publishes."),
    Impersonal("conversations.Submission", "key", "Random bits of a form."),
]
