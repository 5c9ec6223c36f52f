"""`/tickets/…/notes`: texts on a ticket that only the team can read."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
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
from helpdesk.teams.models import User
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import add_note
from helpdesk.tickets.mentions import MOST, mentionable
from helpdesk.tickets.models import Message
from helpdesk.tickets.models.limits import LONGEST_TEXT


class MentionSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """A person mentioned in a note."""

    id = serializers.IntegerField(
        read_only=True, help_text="ID of the person, as in `/members`; it is kept even after they are deleted."
    )
    words = serializers.CharField(
        read_only=True,
        help_text="The name after “@” in the text, as it was at the time; empty if the text does not mention them.",
    )


class NoteSerializer(ResourceSerializer):
    """A note: a text on a ticket that only the team can read."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the note.")
    author = ExpandableField(PersonSerializer, allow_null=True, help_text="The person who wrote it, if it was one.")
    author_name = serializers.CharField(read_only=True, help_text="The name of the person or token, as it was then.")
    body = serializers.CharField(read_only=True, help_text="Text of the note.")
    mentions = MentionSerializer(
        many=True, read_only=True, help_text="People mentioned in the text, and others who were notified."
    )
    created_at = UTCField(read_only=True, help_text="When it was written.")

    class Meta:
        model = Message
        fields = ["id", "author", "author_name", "body", "mentions", "created_at"]


class NewNote(StrictSerializer):
    """A note to write."""

    example = {"body": "Mandei o link alternativo por e-mail."}
    body = TextField(
        max_length=LONGEST_TEXT,
        help_text="The text. Members who are mentioned are notified: “@” followed by a name that only one member has.",
    )
    mentions = serializers.ListField(
        child=serializers.IntegerField(min_value=1),
        max_length=MOST,
        default=list,
        help_text="IDs of other members to notify.",
    )


class NoteList(TicketView):
    """The notes on a ticket."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_NOTE}

    @list_operation("list_notes", "List a ticket's notes", NoteSerializer, order=BY_CREATION)
    def get(self, request: Any, number: int) -> QuerySet[Message]:
        """Returns the team's notes, the oldest first.

        Those of tickets merged into it are listed under their own numbers: `/tickets?merged_into=…`.
        """
        reader = self.access.user
        notes = self.find_ticket(number).messages.shown_to(reader.pk if reader else None)
        return notes.filter(kind=Message.Kind.NOTE)

    @operation(
        "add_note",
        "Add a note",
        query=QuerySerializer,  # neither `fields` nor `expand`
        body=NewNote,
        response=NoteSerializer,
        status=201,
        if_match=True,
    )
    def post(self, request: Any, number: int) -> Response:
        """Writes a note under the name of the token or the person. Members who are mentioned are notified."""
        ticket = self.find_ticket(number)
        self.require_body()
        with transaction.atomic(), self.conflicts():
            self.require_match(ticket)
            note = add_note(ticket, self.actor, self.body["body"], self._members(self.body["mentions"]))
        return self.show(NoteSerializer, note, 201, ETag=etag(ticket))

    def _members(self, keys: list[int]) -> list[User]:
        """The members with these primary keys. Raises Conflict if one may not see the team's tickets."""
        people = {person.pk: person for person, _label in mentionable(self.team)} if keys else {}
        if missing := [key for key in keys if key not in people]:
            raise Conflict(_("The team has no member %(id)s who may see its tickets.") % {"id": missing[0]}, "mentions")
        return [people[key] for key in keys]
