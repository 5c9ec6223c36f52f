"""Builds the e-mail of a dispatch, the same at every attempt."""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from helpdesk.conversations.files.attachments import storage
from helpdesk.conversations.first_reply.texts import Choice, PreparedFirstReply, choices_of, contents_of
from helpdesk.conversations.languages import localized_for_ticket
from helpdesk.conversations.learner_page.learner_links import address_of, first_token_of_email, token_of_email
from helpdesk.conversations.models import Dispatch, InboundEmail, QuestionRequest
from helpdesk.conversations.sending.dispatches import reply_token, root_id
from helpdesk.conversations.sending.rating_invitations import invitations_of, question
from helpdesk.conversations.sending.report_addresses import report_address
from helpdesk.conversations.sending.senders import Sender, automatic_headers, reply_address, sender_of
from helpdesk.conversations.writing.markdown import plain_text, render_markdown
from helpdesk.tickets.models import Message

MOST_REFERENCES = 10  # besides the root; enough for mail programs that lack it


def email_of(dispatch: Dispatch, *, renews_link: bool = True) -> EmailMultiAlternatives:
    """A multipart e-mail: the text as written, the same as light HTML, and the files.

    Without `renews_link`, for viewing only, no link is created and the one in it may have expired. Raises
    FileNotFoundError if a file is gone.
    """
    message = dispatch.message
    sender = sender_of(dispatch.team)
    answers_go_to = reply_address(dispatch.team, reply_token(dispatch.email_message_id), sender)
    question_request = QuestionRequest.objects.filter(message=message).first()
    with localized_for_ticket(message.ticket, question_request.language if question_request else ""):
        headers = _headers(dispatch, sender, question_request, answers_go_to)
        identifier = dispatch.email_message_id
        token = token_of_email(message.ticket, identifier) if renews_link else first_token_of_email(identifier)
        template, contents = _contents(dispatch, question_request, sender, token, takes_answers=bool(answers_go_to))
        context = contents | {"subject": dispatch.subject}
        email = EmailMultiAlternatives(
            dispatch.subject,
            render_to_string(f"conversations/email/{template}.txt", context).strip() + "\n",
            report_address(sender.address, answers_go_to),
            [dispatch.recipient],
            headers=headers,
        )
        email.attach_alternative(render_to_string(f"conversations/email/{template}.html", context), "text/html")
    for file in message.attachments.order_by("pk"):
        with storage().open(file.storage_key) as stored:
            email.attach(file.name, stored.read(), file.content_type)
    return email


def _contents(
    dispatch: Dispatch, question_request: QuestionRequest | None, sender: Sender, token: str, *, takes_answers: bool
) -> tuple[str, dict[str, Any]]:
    """The name of the templates and their context; a message that asks for the question gets the choices."""
    message = dispatch.message
    if question_request is None:
        return "message", {
            "body_text": plain_text(message.body),
            "body_html": render_markdown(message.body),
            "signature": sender.signature if message.kind == Message.Kind.REPLY else "",
            "page": address_of(token),
            "rating_question": question(),
            "invitations": invitations_of(dispatch, token),
        }
    prepared = PreparedFirstReply(
        message.body, question_request.topics, question_request.lessons, question_request.answer_by
    )
    choices = [
        Choice(choice.label, address_of(token, topic=topic))
        for choice, topic in zip(choices_of(prepared), prepared.topics, strict=True)
    ]
    return "first_reply", contents_of(prepared, sender.name, choices, takes_answers=takes_answers)


def _headers(
    dispatch: Dispatch, sender: Sender, question_request: QuestionRequest | None, answers_go_to: str
) -> dict[str, str]:
    root, earlier = root_id(dispatch.message.ticket), _earlier_ids(dispatch)
    headers = {
        "From": sender.header(dispatch.message, question_request),
        "Message-ID": dispatch.email_message_id,
        "References": " ".join([root, *earlier]),
        "In-Reply-To": earlier[-1] if earlier else root,
    }
    if answers_go_to:
        headers["Reply-To"] = answers_go_to
    if dispatch.message.kind == Message.Kind.AUTOMATIC:
        headers |= automatic_headers(dispatch.team)
    return headers


def _earlier_ids(dispatch: Dispatch) -> list[str]:
    """The Message-IDs of the conversation before this message, newest last."""
    earlier = Message.objects.filter(ticket=dispatch.message.ticket_id, pk__lt=dispatch.message_id)
    sent = Dispatch.objects.filter(message__in=earlier, accepted_at__isnull=False)
    received = InboundEmail.objects.filter(message__in=earlier).exclude(email_message_id="")
    found = [
        *sent.order_by("-message")[:MOST_REFERENCES].values_list("message", "email_message_id"),
        *received.order_by("-message")[:MOST_REFERENCES].values_list("message", "email_message_id"),
    ]
    clean = sorted((pk or 0, one) for pk, one in found if one.isascii() and one.isprintable() and " " not in one)
    return [one for _pk, one in clean][-MOST_REFERENCES:]
