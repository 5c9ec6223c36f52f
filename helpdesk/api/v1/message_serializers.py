"""Representations of messages in the API and in outgoing webhooks."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from helpdesk.api.framework.fields import ExpandableField, UTCField
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.v1.members import PersonSerializer
from helpdesk.conversations.models import Attachment, Dispatch, InboundEmail
from helpdesk.tickets.models import Message, Topic


class FileSerializer(ResourceSerializer):
    """A file of a message."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the file.")
    name = serializers.CharField(read_only=True, help_text="The file's name.")
    content_type = serializers.CharField(read_only=True, help_text="The type detected from its bytes.")
    size = serializers.IntegerField(read_only=True, help_text="Size in bytes.")

    class Meta:
        model = Attachment
        fields = ["id", "name", "content_type", "size"]


class WaySerializer(ResourceSerializer):
    """The delivery of a message to one address."""

    recipient = serializers.CharField(read_only=True, help_text="The recipient's e-mail address.")
    message_id = serializers.CharField(
        source="email_message_id",
        read_only=True,
        help_text="The e-mail's Message-ID, with angle brackets: the same for every attempt; answers refer to it.",
    )
    state = serializers.ChoiceField(
        Dispatch.State.values,
        read_only=True,
        help_text="`held` can still be cancelled; `accepted` was sent; `failed` and `bounced` did not arrive.",
    )
    reason = serializers.CharField(read_only=True, help_text="Why it failed or is waiting, in words; may be empty.")
    attempts = serializers.IntegerField(read_only=True, help_text="Number of tries so far.")
    next_try_at = UTCField(read_only=True, allow_null=True, help_text="When it is tried next; null if it is not.")
    accepted_at = UTCField(read_only=True, allow_null=True, help_text="When the mail server accepted it.")

    class Meta:
        model = Dispatch
        fields = ["recipient", "message_id", "state", "reason", "attempts", "next_try_at", "accepted_at"]


class MessageSerializer(ResourceSerializer):
    """A message between the team and the learner, written by either or sent automatically."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the message.")
    kind = serializers.ChoiceField(
        [kind.value for kind in Message.CONVERSATION],
        read_only=True,
        help_text="`learner`: the learner wrote it; otherwise it was written to them.",
    )
    channel = serializers.ChoiceField(
        Message.Channel.values, read_only=True, help_text="The channel by which it was received or is sent."
    )
    author = ExpandableField(PersonSerializer, allow_null=True, help_text="The member who wrote it, if it was one.")
    author_name = serializers.CharField(read_only=True, help_text="The name of the person or token, as it was then.")
    author_email = serializers.CharField(
        read_only=True, help_text="The author's address, if it is neither a member nor the learner; otherwise empty."
    )
    trust = serializers.ChoiceField(
        ["", *Message.Trust.values],
        read_only=True,
        help_text="How we know that the learner wrote it; `unverified` may be forged. Empty for the team's messages.",
    )
    topic = serializers.ChoiceField(
        ["", *Topic.values], read_only=True, help_text="The topic that the learner chose; may be empty."
    )
    body = serializers.CharField(read_only=True, help_text="The text, in Markdown; empty if there are only files.")
    quoted = serializers.CharField(read_only=True, help_text="The e-mail's quoted text; empty for other messages.")
    inbound_email = serializers.IntegerField(
        source="inbound_email.pk",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="ID of the original e-mail in `/inbound-emails`, where it can be downloaded; null for other "
        "messages.",
    )
    left_out = serializers.SerializerMethodField(
        help_text="Parts of the e-mail that are missing here, and why, in words; otherwise empty."
    )
    created_at = UTCField(read_only=True, help_text="When it was written; for an e-mail, when it arrived.")
    send_at = UTCField(read_only=True, allow_null=True, help_text="When it is sent; until then it can be cancelled.")
    cancelled_at = UTCField(read_only=True, allow_null=True, help_text="When it was cancelled; then it is never sent.")
    deliveries = WaySerializer(source="dispatches", many=True, read_only=True, help_text="Delivery to each address.")
    attachments = FileSerializer(many=True, read_only=True, help_text="Files of the message.")

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
        """The parts of the e-mail that are missing from the message, and why; empty if it was not an e-mail."""
        email: InboundEmail | None = getattr(message, "inbound_email", None)
        return email.left_out if email else ""


class RawEmailSerializer(serializers.Serializer[Any]):
    """An e-mail as which a message was received or sent."""

    recipient = serializers.CharField(
        help_text="The recipient; for a received e-mail, the one that the mail server was given."
    )
    message_id = serializers.CharField(help_text="Its Message-ID, with angle brackets; may be empty.")
    is_rebuilt = serializers.BooleanField(
        help_text="`true` for e-mails that we sent, which are not stored: they are rebuilt with the same "
        "Message-ID, from the text and files that still exist and today's signature. Received e-mails "
        "are unchanged."
    )
    url = serializers.CharField(
        help_text="An address from which anybody can download the e-mail for the next ten minutes."
    )


class RawEmails(serializers.Serializer[Any]):
    """All e-mails as which a message was received or sent."""

    results = RawEmailSerializer(many=True, help_text="One per recipient; none if the message was not an e-mail.")


def with_ways(messages: QuerySet[Message]) -> QuerySet[Message]:
    """The messages with everything that their representation needs, in a constant number of queries."""
    ways = Prefetch("dispatches", Dispatch.objects.order_by("pk"))
    files = Prefetch("attachments", Attachment.objects.order_by("pk"))
    emails = Prefetch("inbound_email", InboundEmail.objects.only("message", "left_out"))
    return messages.prefetch_related(ways).prefetch_related(files).prefetch_related(emails)
