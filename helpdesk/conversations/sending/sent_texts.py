"""The text that a ticket's learner was sent, as they may quote it, to tell their own words from ours."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.conversations.first_reply.texts import PreparedFirstReply, choices_of, contents_of, hint
from helpdesk.conversations.languages import localized_for_ticket
from helpdesk.conversations.models import Mailbox, QuestionRequest
from helpdesk.conversations.sending import rating_invitations
from helpdesk.conversations.sending.senders import Sender, sender_of
from helpdesk.conversations.writing.markdown import plain_text
from helpdesk.mail.quotation.known_text import KnownText
from helpdesk.tickets.models import Message, Ticket

MOST_MESSAGES = 20  # newest messages to compare


def sent_texts(ticket: Ticket) -> KnownText:
    """The newest messages to the learner with the text around them, the team's addresses, and the learner's words."""
    found = ticket.messages.filter(kind__in=Message.CONVERSATION, cancelled_at=None)
    both = list(found.order_by("-pk")[:MOST_MESSAGES])
    messages = [message for message in both if message.kind in Message.TO_LEARNER]
    requests = {each.message_id: each for each in QuestionRequest.objects.filter(message__in=messages)}
    sender = sender_of(ticket.team)
    own = Mailbox.objects.for_team(ticket.team).values_list("address", flat=True)
    addresses = [sender.address, parseaddr(settings.DEFAULT_FROM_EMAIL)[1], *own]
    answers = KnownText(message.body for message in both if message.kind not in Message.TO_LEARNER)
    texts = [_text(ticket, message, requests.get(message.pk), sender) for message in messages]
    return KnownText([*texts, str(settings.BASE_URL)], addresses, _lines(), answers)


def _text(ticket: Ticket, message: Message, question_request: QuestionRequest | None, sender: Sender) -> str:
    if question_request is None:
        signature = sender.signature if message.kind == Message.Kind.REPLY else ""
        return f"{plain_text(message.body)}\n{signature}"
    prepared = PreparedFirstReply(
        message.body, question_request.topics, question_request.lessons, question_request.answer_by
    )
    with localized_for_ticket(ticket, question_request.language):
        contents = contents_of(prepared, sender.name, choices_of(prepared), takes_answers=True)
        return render_to_string("conversations/email/first_reply.txt", contents)


def _lines() -> list[str]:
    """Lines that we add below messages, in every language."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found += [
                _("The whole conversation, and a place to write:"),
                _("See the whole conversation, or write there"),
                hint(takes_answers=True),
                rating_invitations.question(),
                *rating_invitations.labels(),
                hint(takes_answers=False),
            ]
    return found
