"""`/tickets/…/notes`: what the team wrote on a ticket for itself."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import ExpandableField, TextField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_CREATION
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.v1.members import PersonSerializer
from helpdesk.api.v1.ticket_view import TicketView, etag
from helpdesk.teams.roles import Permission
from helpdesk.tickets.changes import NOTE
from helpdesk.tickets.models import Message


class NoteSerializer(ResourceSerializer):
    """Something that the team alone reads."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    author = ExpandableField(PersonSerializer, allow_null=True, help_text="The person who wrote it, where it was one.")
    author_name = serializers.CharField(read_only=True, help_text="The name of the person or token, as it was then.")
    body = serializers.CharField(read_only=True, help_text="The text.")
    created_at = UTCField(read_only=True, help_text="When it was written.")

    class Meta:
        model = Message
        fields = ["id", "author", "author_name", "body", "created_at"]


class NewNote(StrictSerializer):
    """A note to write."""

    example = {"body": "Mandei o link alternativo por e-mail."}
    body = TextField(max_length=20_000, help_text="The text.")


class NoteList(TicketView):
    """The notes on a ticket."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": NOTE.permission}

    @list_operation("list_notes", "List a ticket's notes", NoteSerializer, order=BY_CREATION)
    def get(self, request: Any, number: int) -> QuerySet[Message]:
        """The oldest first. Those of tickets merged into it stand under their numbers: `/tickets?merged_into=…`."""
        return self.find_ticket(number).messages.filter(kind=Message.Kind.NOTE)

    @operation(
        "add_note",
        "Write a note",
        query=QuerySerializer,  # neither `fields` nor `expand`
        body=NewNote,
        response=NoteSerializer,
        status=201,
        if_match=True,
    )
    def post(self, request: Any, number: int) -> Response:
        """Under the name of the token, or of the person."""
        ticket = self.find_ticket(number)
        self.require_body()
        with transaction.atomic(), self.conflicts():
            self.require_match(ticket)
            NOTE.make(ticket, self.actor, self.body["body"])
            note = ticket.messages.latest("pk")
        return self.show(NoteSerializer, note, 201, ETag=etag(ticket))
