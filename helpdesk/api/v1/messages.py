"""`/tickets/…/messages`: what the team and the learner wrote to each other, and its delivery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import TextField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_CREATION
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.framework.problems import Conflict
from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.api.v1.message_serializers import MessageSerializer, RawEmails, with_ways
from helpdesk.api.v1.ticket_view import TicketView, etag
from helpdesk.conversations.actions.cancelling import cancel_reply
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.inbound.raw_addresses import raw_address
from helpdesk.conversations.models import Attachment, InboundEmail
from helpdesk.conversations.sending.sent_emails import sent_email_address
from helpdesk.conversations.writing.drafts import EditorPage
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.models.limits import LONGEST_TEXT

MOST_FILES = 20


class NewMessage(StrictSerializer):
    """A reply to the learner."""

    example = {"body": "Oi, {first_name}! O vídeo já abre de novo.", "then": "pending"}
    body = TextField(
        max_length=LONGEST_TEXT,
        allow_blank=True,
        default="",
        help_text="Markdown, with variables: `{first_name}`, `{course}`, `{lesson}`, `{progress}`, "
        "`{lesson_link}`. A variable without a value is refused. May be empty if there are files.",
    )
    then = serializers.ChoiceField(
        ["pending", "resolved"],
        required=False,
        help_text="The ticket's status afterwards; by default, a new ticket becomes open.",
    )
    attachments = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        max_length=MOST_FILES,
        default=list,
        help_text="IDs of files uploaded for this ticket with `POST /attachments`. Together they may have 20 MB, "
        "unless the operator allows more; beyond that you get a 409, because mail servers would refuse "
        "the e-mail.",
    )
    seen = serializers.IntegerField(
        min_value=0,
        required=False,
        help_text="ID of the newest message or note that you know, 0 for none. If there is a newer one, you get a 409.",
    )


class MessageList(TicketView):
    """The conversation with the learner."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_REPLY}

    @list_operation("list_messages", "List a ticket's messages", MessageSerializer, order=BY_CREATION)
    def get(self, request: Any, number: int) -> QuerySet[Message]:
        """Returns the conversation, the oldest first, without replies that were cancelled. Notes are at `/notes`.

        Messages of tickets merged into it are listed under their own numbers: `/tickets?merged_into=…`. An e-mail that
        was filed late is listed by its time of arrival, perhaps before a stored cursor: follow `/tickets/changes`.
        """
        return with_ways(_conversation(self.find_ticket(number)).filter(cancelled_at=None))

    @operation(
        "reply",
        "Reply to the learner",
        query=QuerySerializer,  # neither `fields` nor `expand`
        body=NewMessage,
        response=MessageSerializer,
        status=201,
        if_match=True,
    )
    def post(self, request: Any, number: int) -> Response:
        """Sends an e-mail under the name of the token or the person, after ten seconds.

        Until then `/cancel` cancels it. `deliveries` shows its delivery, and the webhooks `message.sent` and
        `message.failed` report it.
        """
        ticket = self.find_ticket(number)
        self.require_body()
        keys, then = set(self.body["attachments"]), self.body.get("then")
        seen = Q(draft=None) | Q(draft__user=self.actor.user)  # not the files in other people's drafts
        files = list(Attachment.objects.for_team(self.team).filter(seen, pk__in=keys, ticket=ticket).order_by("pk"))
        if len(files) < len(keys):
            raise Conflict(_("This ticket has no such file."), "attachments")
        with transaction.atomic(), self.conflicts():
            self.require_match(ticket)
            message = reply(
                ticket,
                self.actor,
                self.body["body"],
                attachments=files,
                then=Status(then) if then else None,
                channel=Message.Channel.API,
                page=EditorPage(seen=self.body.get("seen")),
            )
        return self.show(MessageSerializer, _found(ticket, message.pk), 201, ETag=etag(ticket))


class MessageView(TicketView):
    """A view of one message."""

    def find(self, number: int, pk: int) -> tuple[Ticket, Message]:
        """The message with its ticket; else 404."""
        ticket = self.find_ticket(number)
        return ticket, self.get_or_404(with_ways(_conversation(ticket)), pk=pk)

    def act_on(self, number: int, pk: int, act: Callable[[Message, Actor], object]) -> Response:
        """Run the action on the message, and show it as it is then."""
        ticket, message = self.find(number, pk)
        with self.conflicts():
            act(message, self.actor)
        return self.show(MessageSerializer, _found(ticket, pk))


class MessageDetail(MessageView):
    """One message."""

    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("get_message", "Get a message", response=MessageSerializer)
    def get(self, request: Any, number: int, pk: int) -> Message:
        """Returns one message and the state of its delivery."""
        return self.find(number, pk)[1]


class MessageRaw(MessageView):
    """The e-mails of a message, as they were sent or received."""

    permissions = {"GET": Permission.TICKET_REPLY}

    @operation("get_message_raw", "Get a message as an e-mail", response=RawEmails)
    def get(self, request: Any, number: int, pk: int) -> dict[str, Any]:
        """Returns addresses of the e-mails that were sent for the message, or of the one that it was received as.

        They contain the learner's link, with which anybody can write as the learner, so this needs the right to reply.
        """
        message = self.find(number, pk)[1]
        sent = [
            _raw(way.recipient, way.email_message_id, sent_email_address(way), is_rebuilt=True)
            for way in message.dispatches.all()
            if way.accepted_at
        ]
        came = [
            _raw(email.envelope_to, email.email_message_id, raw_address(email), is_rebuilt=False)
            for email in InboundEmail.objects.filter(message=message).defer("raw", "undo")
        ]
        return {"results": sent + came}


class MessageCancel(MessageView):
    """Cancelling a reply that has not been sent yet."""

    permissions = {"POST": Permission.TICKET_REPLY}

    @operation("cancel_message", "Cancel a reply", query=QuerySerializer, response=MessageSerializer)
    def post(self, request: Any, number: int, pk: int) -> Response:
        """Only possible for the author, until the reply is sent; otherwise you get a 409.

        The ticket is restored, unless something else has changed it since.
        """
        return self.act_on(number, pk, cancel_reply)


class MessageRetry(MessageView):
    """Sending a failed message again."""

    permissions = {"POST": Permission.TICKET_REPLY}

    @operation("retry_message", "Retry a failed message", query=QuerySerializer, response=MessageSerializer)
    def post(self, request: Any, number: int, pk: int) -> Response:
        """Sends the message again with the same Message-ID."""
        return self.act_on(number, pk, retry_message)


def _raw(recipient: str, message_id: str, url: str, *, is_rebuilt: bool) -> dict[str, Any]:
    return {"recipient": recipient, "message_id": message_id, "is_rebuilt": is_rebuilt, "url": url}


def _conversation(ticket: Ticket) -> QuerySet[Message]:
    return ticket.messages.filter(kind__in=Message.CONVERSATION)


def _found(ticket: Ticket, pk: int) -> Message:
    return with_ways(_conversation(ticket)).get(pk=pk)
