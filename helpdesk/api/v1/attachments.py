"""`/tickets/…/attachments`: the files of a ticket's conversation."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from helpdesk.api.framework.fields import UploadField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_ID
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.framework.parsing import MAX_UPLOAD, FormParser
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.conversations.files.attachments import download_address, upload
from helpdesk.conversations.models import Attachment
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import Message


class AttachmentSerializer(ResourceSerializer):
    """A file of a message, sent or received."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the attachment.")
    message = serializers.IntegerField(
        read_only=True,
        source="message_id",
        allow_null=True,
        help_text="ID of its message; null before it is sent.",
    )
    name = serializers.CharField(read_only=True, help_text="The file's name.")
    content_type = serializers.CharField(
        read_only=True, help_text="The type detected from its bytes, whatever its name."
    )
    size = serializers.IntegerField(read_only=True, help_text="Size in bytes.")
    sha256 = serializers.CharField(read_only=True, help_text="The digest of the bytes, in hexadecimal.")
    url = serializers.SerializerMethodField(
        help_text="An address from which anybody can download the file for the next ten minutes."
    )
    created_at = UTCField(read_only=True, help_text="When the file was stored.")

    class Meta:
        model = Attachment
        fields = ["id", "message", "name", "content_type", "size", "sha256", "url", "created_at"]

    def get_url(self, attachment: Attachment) -> str:
        """A signed address, which works for a few minutes."""
        return download_address(attachment, is_full=True)


class NewAttachment(StrictSerializer):
    """A file for a reply."""

    ticket = serializers.IntegerField(min_value=1, help_text="The number of the ticket that the reply is for.")
    file = UploadField(help_text="At most 25 MB. Images are encoded again, without the camera's metadata and location.")


class AttachmentUpload(TicketView):
    """Uploading files to send with a later reply."""

    permissions = {"POST": Permission.TICKET_REPLY}
    parser_classes = [FormParser]
    max_body = MAX_UPLOAD

    @operation(
        "upload_attachment",
        "Upload a file",
        query=QuerySerializer,
        body=NewAttachment,
        response=AttachmentSerializer,
        status=201,
    )
    def post(self, request: Any) -> Attachment:
        """Send it as `multipart/form-data`, then list its `id` among the `attachments` of a message.

        Programs, empty files and pictures that are too large to show are refused with a 409. A file that no message
        uses is deleted after two days.
        """
        ticket = self.ticket_named_by("ticket")
        with self.conflicts():
            return upload(self.body["file"], ticket, uploaded_by=self.actor.user)


class AttachmentList(TicketView):
    """The files of a ticket's conversation."""

    permissions = {"GET": Permission.TICKET_VIEW}

    @list_operation("list_attachments", "List a ticket's files", AttachmentSerializer, order=BY_ID)
    def get(self, request: Any, number: int) -> QuerySet[Attachment]:
        """Returns the files of its messages, the oldest first.

        Files from learners are as they were sent: handle them with care.
        """
        files = Attachment.objects.for_team(self.team).filter(ticket=self.find_ticket(number))
        return files.filter(message__in=Message.objects.for_team(self.team).settled())
