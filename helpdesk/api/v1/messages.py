"""`/tickets/…/messages`: what the team and the learner wrote to each other, and what became of it on its way."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import ExpandableField, TextField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_CREATION
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.framework.problems import Conflict
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.v1.members import PersonSerializer
from helpdesk.api.v1.ticket_view import TicketView, etag
from helpdesk.conversations.actions.replies import cancel_reply, reply, retry_message
from helpdesk.conversations.inbound.raw_addresses import raw_address
from helpdesk.conversations.models import Attachment, Dispatch, InboundEmail
from helpdesk.conversations.sent_emails import sent_email_address
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import Message, Status, Ticket, Topic
from helpdesk.tickets.models.limits import LONGEST_TEXT

MOST_FILES = 20


class FileSerializer(ResourceSerializer):
    """A file of a message."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    name = serializers.CharField(read_only=True, help_text="What it is called.")
    content_type = serializers.CharField(read_only=True, help_text="What it is, by its bytes.")
    size = serializers.IntegerField(read_only=True, help_text="Bytes.")

    class Meta:
        model = Attachment
        fields = ["id", "name", "content_type", "size"]


class WaySerializer(ResourceSerializer):
    """A message's way to one address."""

    recipient = serializers.CharField(read_only=True, help_text="The address.")
    message_id = serializers.CharField(
        source="email_message_id",
        read_only=True,
        help_text="The e-mail's Message-ID, with its angle brackets: the same at every attempt; an answer names it.",
    )
    state = serializers.ChoiceField(
        Dispatch.State.values,
        read_only=True,
        help_text="`held` can be taken back; `accepted` is sent; `failed` and `bounced` did not get there.",
    )
    reason = serializers.CharField(read_only=True, help_text="Why it failed or waits, for a person; may be empty.")
    attempts = serializers.IntegerField(read_only=True, help_text="How often it was tried.")
    next_try_at = UTCField(read_only=True, allow_null=True, help_text="When it is tried next, if it still is.")
    accepted_at = UTCField(read_only=True, allow_null=True, help_text="When the mail server took it.")

    class Meta:
        model = Dispatch
        fields = ["recipient", "message_id", "state", "reason", "attempts", "next_try_at", "accepted_at"]


class MessageSerializer(ResourceSerializer):
    """Something that the team, the learner or the product wrote to the other side."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    kind = serializers.ChoiceField(
        [kind.value for kind in Message.CONVERSATION], read_only=True, help_text="Who wrote: a `learner`, or to them."
    )
    channel = serializers.ChoiceField(Message.Channel.values, read_only=True, help_text="Which way it came.")
    author = ExpandableField(PersonSerializer, allow_null=True, help_text="The member who wrote it, where it was one.")
    author_name = serializers.CharField(read_only=True, help_text="The name of the person or token, as it was then.")
    author_email = serializers.CharField(
        read_only=True, help_text="The address of who wrote, where it is neither a member nor the learner; else empty."
    )
    trust = serializers.ChoiceField(
        ["", *Message.Trust.values],
        read_only=True,
        help_text="What shows that it is the learner's: `unverified` may be forged. Empty for what the team wrote.",
    )
    topic = serializers.ChoiceField(
        ["", *Topic.values], read_only=True, help_text="What the learner chose that it is about; may be empty."
    )
    body = serializers.CharField(read_only=True, help_text="The text, in Markdown; empty where there are only files.")
    quoted = serializers.CharField(
        read_only=True, help_text="What an e-mail quotes around its text; empty for all that came another way."
    )
    inbound_email = serializers.IntegerField(
        source="inbound_email.pk",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="The key of the e-mail that it was, in `/inbound-emails`, which leads to its bytes; else null.",
    )
    left_out = serializers.SerializerMethodField(
        help_text="What of an e-mail is not among its text and files here, and why, for a person; else empty."
    )
    created_at = UTCField(read_only=True, help_text="When it was written.")
    send_at = UTCField(read_only=True, allow_null=True, help_text="When it leaves; until then it can be cancelled.")
    cancelled_at = UTCField(read_only=True, allow_null=True, help_text="When it was taken back; then it never leaves.")
    deliveries = WaySerializer(source="dispatches", many=True, read_only=True, help_text="Its way to each address.")
    attachments = FileSerializer(many=True, read_only=True, help_text="Its files.")

    class Meta:
        model = Message
        fields = [
            "id",
            "kind",
            "channel",
            "author",
            "author_name",
            "author_email",
            "trust",
            "topic",
            "body",
            "quoted",
            "inbound_email",
            "left_out",
            "created_at",
            "send_at",
            "cancelled_at",
            "deliveries",
            "attachments",
        ]

    def get_left_out(self, message: Message) -> str:
        """Empty for what was no e-mail."""
        email: InboundEmail | None = getattr(message, "inbound_email", None)
        return email.left_out if email else ""


class RawEmailSerializer(serializers.Serializer[Any]):
    """One e-mail that a message came or went as."""

    recipient = serializers.CharField(help_text="Whom it was sent to; of one that came in, whom the server was told.")
    message_id = serializers.CharField(help_text="Its Message-ID, with its angle brackets; may be empty.")
    is_rebuilt = serializers.BooleanField(
        help_text="Of what was sent the bytes are not kept: it is written anew under its Message-ID, with the words "
        "and files that are still there and today's signature. What came in is as it came."
    )
    url = serializers.CharField(
        help_text="Where its bytes are to be had for the next ten minutes, by whoever has this address."
    )


class RawEmails(serializers.Serializer[Any]):
    """The e-mails that a message came or went as."""

    results = RawEmailSerializer(many=True, help_text="One for each address; none where it was no e-mail.")


def with_ways(messages: QuerySet[Message]) -> QuerySet[Message]:
    """With all that is shown of a message, in a constant number of queries."""
    ways = Prefetch("dispatches", Dispatch.objects.order_by("pk"))
    files = Prefetch("attachments", Attachment.objects.order_by("pk"))
    emails = Prefetch("inbound_email", InboundEmail.objects.only("message", "left_out"))
    return messages.prefetch_related(ways).prefetch_related(files).prefetch_related(emails)


class NewMessage(StrictSerializer):
    """A reply to the learner."""

    example = {"body": "Oi, {first_name}! O vídeo já abre de novo.", "then": "pending"}
    body = TextField(
        max_length=LONGEST_TEXT,
        allow_blank=True,
        default="",
        help_text="In Markdown, with variables: `{first_name}`, `{course}`, `{lesson}`, `{progress}`, `{lesson_link}`. "
        "One that cannot be filled in is refused. May be empty where there are files.",
    )
    then = serializers.ChoiceField(
        ["pending", "resolved"], required=False, help_text="What the ticket is afterwards; else a new one is open."
    )
    attachments = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        max_length=MOST_FILES,
        default=list,
        help_text="The keys of files that were uploaded for this ticket, by `POST /attachments`. Together they have at "
        "most 20 MB, unless the operator allows more: a larger e-mail would be refused on its way, and you get a 409.",
    )
    seen = serializers.IntegerField(
        min_value=0,
        required=False,
        help_text="The newest message or note that you know, 0 for none: if somebody wrote after it, you get a 409.",
    )


class MessageList(TicketView):
    """The conversation with the learner."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_REPLY}

    @list_operation("list_messages", "List a ticket's messages", MessageSerializer, order=BY_CREATION)
    def get(self, request: Any, number: int) -> QuerySet[Message]:
        """Returns the conversation, the oldest first, without replies that were cancelled. Notes are at `/notes`.

        Messages of tickets merged into it are listed under their own numbers: `/tickets?merged_into=…`.
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
        """Sends an e-mail under the name of the token or of the person. It leaves after ten seconds.

        Until then `/cancel` cancels it. `deliveries` shows what became of it, and the webhooks `message.sent` and
        `message.failed` tell.
        """
        ticket = self.find_ticket(number)
        self.require_body()
        keys, then = set(self.body["attachments"]), self.body.get("then")
        seen = Q(draft=None) | Q(draft__user=self.actor.user)  # a draft of somebody else's is nobody's business
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
                seen=self.body.get("seen"),
                channel=Message.Channel.API,
            )
        return self.show(MessageSerializer, _found(ticket, message.pk), 201, ETag=etag(ticket))


class MessageView(TicketView):
    """A view of one message."""

    def find(self, number: int, pk: int) -> tuple[Ticket, Message]:
        """The message, with its ticket; else 404."""
        ticket = self.find_ticket(number)
        return ticket, self.get_or_404(with_ways(_conversation(ticket)), pk=pk)


class MessageDetail(MessageView):
    """One message."""

    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("get_message", "Get a message", response=MessageSerializer)
    def get(self, request: Any, number: int, pk: int) -> Message:
        """Returns one message and what became of it."""
        return self.find(number, pk)[1]


class MessageRaw(MessageView):
    """A message as an e-mail."""

    permissions = {"GET": Permission.TICKET_REPLY}

    @operation("get_message_raw", "Get a message as an e-mail", response=RawEmails)
    def get(self, request: Any, number: int, pk: int) -> dict[str, Any]:
        """Returns where the e-mails are to be had that were sent for it, or the one that it was.

        They bear the learner's link, by which one writes as the learner: it takes the right to reply.
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
    """That a reply is taken back."""

    permissions = {"POST": Permission.TICKET_REPLY}

    @operation("cancel_message", "Cancel a reply", query=QuerySerializer, response=MessageSerializer)
    def post(self, request: Any, number: int, pk: int) -> Response:
        """Works before the reply leaves, and for its author. The ticket is restored where nothing else changed."""
        ticket, message = self.find(number, pk)
        with self.conflicts():
            cancel_reply(message, self.actor)
        return self.show(MessageSerializer, _found(ticket, pk))


class MessageRetry(MessageView):
    """That what failed is sent again."""

    permissions = {"POST": Permission.TICKET_REPLY}

    @operation("retry_message", "Retry a failed message", query=QuerySerializer, response=MessageSerializer)
    def post(self, request: Any, number: int, pk: int) -> Response:
        """Sends it again with the same Message-ID."""
        ticket, message = self.find(number, pk)
        with self.conflicts():
            retry_message(message, self.actor)
        return self.show(MessageSerializer, _found(ticket, pk))


def _raw(recipient: str, message_id: str, url: str, *, is_rebuilt: bool) -> dict[str, Any]:
    return {"recipient": recipient, "message_id": message_id, "is_rebuilt": is_rebuilt, "url": url}


def _conversation(ticket: Ticket) -> QuerySet[Message]:
    return ticket.messages.filter(kind__in=Message.CONVERSATION)


def _found(ticket: Ticket, pk: int) -> Message:
    return with_ways(_conversation(ticket)).get(pk=pk)
