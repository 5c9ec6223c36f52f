"""What a learner wrote, as webhooks tell of it."""

from __future__ import annotations

from rest_framework import serializers

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.v1.attachments import AttachmentSerializer
from helpdesk.tickets.models import Message, Topic


class LearnerMessageSerializer(ResourceSerializer):
    """A message of the learner's."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    channel = serializers.ChoiceField(Message.Channel.values, read_only=True, help_text="Which way it came.")
    trust = serializers.ChoiceField(
        ["", *Message.Trust.values], read_only=True, help_text="What shows that it is the learner's."
    )
    topic = serializers.ChoiceField(["", *Topic.values], read_only=True, help_text="What they chose; may be empty.")
    body = serializers.CharField(read_only=True, help_text="The text; empty where there are only files, or a topic.")
    author_name = serializers.CharField(read_only=True, help_text="Who wrote it.")
    author_email = serializers.CharField(read_only=True, help_text="Their address, where it is not the learner.")
    attachments = AttachmentSerializer(many=True, read_only=True, help_text="The files that came with it.")
    created_at = UTCField(read_only=True, help_text="When it came.")

    class Meta:
        model = Message
        fields = [
            "id",
            "channel",
            "trust",
            "topic",
            "body",
            "author_name",
            "author_email",
            "attachments",
            "created_at",
        ]
