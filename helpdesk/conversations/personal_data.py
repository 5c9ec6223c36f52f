"""The personal data that this app holds; see helpdesk.privacy.register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from helpdesk.conversations.files.attachments import storage
from helpdesk.conversations.inbound.personal_data import EMAILS
from helpdesk.conversations.models import (
    Attachment,
    Dispatch,
    DispatchEvent,
    Draft,
    IgnoredSender,
    Rating,
    SuppressedAddress,
)
from helpdesk.conversations.models.states import UNSENT
from helpdesk.privacy.pseudonymization import pseudonymized
from helpdesk.privacy.purposes import ABUSE, ANSWERING, DELIVERY, TEAMWORK
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import (
    BY_RETENTION,
    FROM_CONVERSATION,
    FROM_LEARNER,
    FROM_SERVERS,
    FROM_US,
    WITH_LEARNER,
    WITH_TEAM,
    WITH_TICKET,
    hours,
)
from helpdesk.tickets.personal_data import messages_elsewhere


def _open_file(attachment: Attachment) -> tuple[str, IO[bytes] | None]:
    place = storage()
    return attachment.name, place.open(attachment.storage_key) if place.exists(attachment.storage_key) else None


def _attachments_elsewhere(person: Person) -> Rows:
    """Files of messages that the person wrote on other learners' tickets."""
    attachments = Attachment.objects.filter(message__in=messages_elsewhere(person))
    return attachments.exclude(ticket__learner=person.learner_id)


def _export_dispatch(person: Person, dispatch: Dispatch) -> dict[str, Any]:
    return {
        "created_at": dispatch.created_at,
        "recipient": dispatch.recipient,
        "subject": dispatch.subject,
        "state": dispatch.get_state_display(),
        "reason": dispatch.reason,
        "accepted_at": dispatch.accepted_at,
    }


def _export_dispatch_event(person: Person, event: DispatchEvent) -> dict[str, Any]:
    """Without the details of events that queue the dispatch again, which name the member who did so."""
    detail = {} if event.state == Dispatch.State.QUEUED else {"detail": event.detail}
    return {"created_at": event.created_at, "state": event.get_state_display()} | detail


def _suppressed(person: Person) -> Rows:
    return SuppressedAddress.objects.filter(team=person.team_id, address=person.email)


def _ignored_senders(person: Person) -> Rows:
    return IgnoredSender.objects.filter(team=person.team_id, address=person.email)


def _delete_files(person: Person, rows: list[Attachment]) -> None:
    delete_files(rows)


def delete_files(rows: Iterable[Attachment]) -> None:
    """Delete the files before their rows: after a crash, rows are found again, but files without a row are not."""
    rows = list(rows)
    for attachment in rows:
        storage().delete(attachment.storage_key)
    Attachment.objects.filter(pk__in=[attachment.pk for attachment in rows]).delete()


def _dispatches(person: Person) -> Rows:
    dispatches = Dispatch.objects.filter(message__ticket__learner=person.learner_id)
    is_erased = {"subject": "", "reason": "", "before": {}, "after": {}, "former_recipients": []}
    return dispatches.exclude(recipient__startswith=f"{person.pseudonym}-", **is_erased)


def _forget_recipients(person: Person, rows: list[Dispatch]) -> None:
    forget_recipients(rows, person.pseudonym)


def forget_recipients(rows: Iterable[Dispatch], name: str) -> None:
    """Replace recipients by this name and the dispatch's key, and cancel what has not been sent yet."""
    rows = list(rows)
    for dispatch in rows:
        dispatch.recipient, dispatch.subject, dispatch.reason = f"{name}-{dispatch.pk}", "", ""
        dispatch.before, dispatch.after, dispatch.former_recipients = {}, {}, []
        if dispatch.state in UNSENT:
            dispatch.state, dispatch.next_try_at = Dispatch.State.CANCELLED, None
    texts = ["recipient", "former_recipients", "subject", "reason", "before", "after"]
    Dispatch.objects.bulk_update(rows, [*texts, "state", "next_try_at"])


def _drafts_of_others(person: Person) -> Rows:
    return Draft.objects.filter(team=person.team_id).exclude(ticket__learner=person.learner_id)


def _comments_of_others(person: Person) -> Rows:
    ratings = Rating.objects.filter(team=person.team_id).exclude(comment="")
    return ratings.exclude(ticket__learner=person.learner_id)


DECLARED = [
    Holding(
        "conversations.Attachment",
        Subject.LEARNER,
        "name content_type",
        ANSWERING,
        BY_RETENTION,
        Erasure.DELETE,
        origin=FROM_CONVERSATION,
        learner="ticket__learner",
        file=_open_file,
        erase_rows=_delete_files,
    ),
    Holding(
        "conversations.Attachment",
        Subject.LEARNER,
        "name content_type",
        ANSWERING,
        WITH_LEARNER,
        Erasure.DELETE,
        origin=FROM_CONVERSATION,
        part="elsewhere",
        find=_attachments_elsewhere,
        by_address=True,
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
        "recipient former_recipients subject reason before after",
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
        view=_export_dispatch_event,
        learner="dispatch__message__ticket__learner",
    ),
    *EMAILS,
    Holding(
        "conversations.SuppressedAddress",
        Subject.LEARNER,
        "address detail",
        DELIVERY,
        WITH_TEAM,
        Erasure.DELETE,
        origin=FROM_SERVERS,
        find=_suppressed,
        by_address=True,
    ),
    Holding(
        "conversations.IgnoredSender",
        Subject.LEARNER,
        "address",
        ANSWERING,
        WITH_TEAM,
        Erasure.DELETE,
        origin=FROM_LEARNER,
        find=_ignored_senders,
        by_address=True,
    ),
    Holding(
        "conversations.PageAttempt",
        Subject.LEARNER,
        "address",
        ABUSE,
        hours(24),
        Erasure.DELETE,
        is_exported=False,  # anybody who had the link may have made it
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
    pseudonymized("conversations.Draft", "body", ANSWERING, WITH_TICKET, _drafts_of_others),
    pseudonymized("conversations.Rating", "comment", ANSWERING, WITH_TICKET, _comments_of_others),
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
        "conversations.Mailbox",
        "host token_url folder authserv_id leased_by last_error tag_test_hash",
        "Servers, and how they do.",
    ),
    Holding(
        "conversations.QuestionRequest",
        Subject.MEMBER,
        "sender_first_name",
        ANSWERING,
        WITH_TICKET,
        Erasure.KEPT,
        is_exported=False,
    ),
    Impersonal("conversations.QuestionRequest", "topics", "Which of our own topics were offered."),
    Impersonal("conversations.SenderIdentity", "dns_findings test_results test_token_hash", "What a domain publishes."),
    Impersonal("conversations.Submission", "key", "A hash of random bits of a form, and of what was written in it."),
    Impersonal("conversations.Draft", "form_key", "Random bits of a page."),
    Impersonal("conversations.SentForm", "key", "A hash of random bits of a form, and of what was written in it."),
    Impersonal("conversations.SentForm", "then", "A status of ours."),
]
