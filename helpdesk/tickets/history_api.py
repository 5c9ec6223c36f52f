"""What happened to a ticket, and what was noted on it, in the API."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import ExpandableField, TextField, UTCField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.pagination import Order
from helpdesk.api.framework.parameters import PageQuery, QuerySerializer, query_of
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.teams.api import PersonSerializer
from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions
from helpdesk.tickets.api import TicketView, etag
from helpdesk.tickets.models import Message, TicketEvent
from helpdesk.tickets.timeline import sentence_of
from helpdesk.ui.names import plain

OLDEST_FIRST = Order(("created_at", "id"))


class EventSerializer(ResourceSerializer):
    """One fact of a ticket's history."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    kind = serializers.ChoiceField(TicketEvent.Kind.values, read_only=True, help_text="What happened.")
    actor_kind = serializers.ChoiceField(TicketEvent.ActorKind.values, read_only=True, help_text="Who acted.")
    actor = ExpandableField(PersonSerializer, allow_null=True, help_text="The person, where it was one.")
    actor_name = serializers.CharField(read_only=True, help_text="The name of the person or token, as it was then.")
    attribute = serializers.CharField(read_only=True, help_text="The field that was changed; may be empty.")
    old_value = serializers.CharField(read_only=True, help_text="What it was; may be empty.")
    new_value = serializers.CharField(read_only=True, help_text="What it became; may be empty.")
    version = serializers.IntegerField(read_only=True, help_text="The ticket's version after it.")
    created_at = UTCField(read_only=True, help_text="When.")
    sentence = serializers.SerializerMethodField(help_text="All of it in a sentence, in `Accept-Language`.")

    class Meta:
        model = TicketEvent
        fields = [
            "id",
            "kind",
            "actor_kind",
            "actor",
            "actor_name",
            "attribute",
            "old_value",
            "new_value",
            "version",
            "created_at",
            "sentence",
        ]

    def get_sentence(self, event: TicketEvent) -> str:
        """Without markup."""
        return plain(sentence_of(event, self.serializer_context["ticket"]))


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


class Events(TicketView):
    """The history of a ticket."""

    permissions = {"GET": Permission.TICKET_VIEW}

    @operation(
        "list_events",
        "List a ticket's events",
        query=query_of(EventSerializer, PageQuery),
        response=EventSerializer,
        page=True,
    )
    def get(self, request: Any, number: int) -> Response:
        """All that happened, the oldest first."""
        ticket = self.find(number, "learner", "course")
        return self.page(EventSerializer, self.related(ticket.events.all()), OLDEST_FIRST, ticket=ticket)


class Notes(TicketView):
    """The notes on a ticket."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_NOTE}

    @operation(
        "list_notes",
        "List a ticket's notes",
        query=query_of(NoteSerializer, PageQuery),
        response=NoteSerializer,
        page=True,
    )
    def get(self, request: Any, number: int) -> Response:
        """The oldest first."""
        notes = self.find(number).messages.filter(kind=Message.Kind.NOTE)
        return self.page(NoteSerializer, self.related(notes), OLDEST_FIRST)

    @operation(
        "add_note",
        "Write a note",
        query=QuerySerializer,
        body=NewNote,
        response=NoteSerializer,
        status=201,
        if_match=True,
    )
    def post(self, request: Any, number: int) -> Response:
        """Under the name of the token, or of the person."""
        ticket = self.find(number)
        self.require_body()
        with transaction.atomic(), self.conflicts():
            self.require_match(ticket)
            actions.add_note(ticket, self.actor, self.body["body"])
            note = ticket.messages.latest("pk")
        return self.show(NoteSerializer, note, 201, ETag=etag(ticket))
