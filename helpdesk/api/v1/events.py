"""`/tickets/…/events`: a ticket's history."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import ExpandableField, UTCField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.pagination import BY_CREATION
from helpdesk.api.framework.parameters import PageQuery, query_of
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.v1.members import PersonSerializer
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import TicketEvent
from helpdesk.tickets.sentences import people_in, sentence_of
from helpdesk.ui.isolation import plain


class EventSerializer(ResourceSerializer):
    """One event of a ticket's history."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the event.")
    kind = serializers.ChoiceField(TicketEvent.Kind.values, read_only=True, help_text="What happened.")
    actor_kind = serializers.ChoiceField(TicketEvent.ActorKind.values, read_only=True, help_text="Who acted.")
    actor = ExpandableField(
        PersonSerializer, allow_null=True, help_text="The person, if it was one whose account still exists."
    )
    actor_name = serializers.CharField(read_only=True, help_text="The name of the person or token, as it was then.")
    actor_id = serializers.IntegerField(
        source="actor_key",
        read_only=True,
        allow_null=True,
        help_text="ID of the person or token, depending on `actor_kind`. It is kept even after they are deleted; "
        "null for the system.",
    )
    attribute = serializers.CharField(
        source="fact.attribute", read_only=True, help_text="The field that was changed; may be empty."
    )
    old_value = serializers.CharField(
        source="fact.old_value", read_only=True, help_text="The old value, by its name at the time; may be empty."
    )
    new_value = serializers.CharField(
        source="fact.new_value", read_only=True, help_text="The new value, by its name at the time; may be empty."
    )
    old_person = serializers.IntegerField(
        source="fact.old_person",
        read_only=True,
        allow_null=True,
        help_text="If `old_value` is a person: their ID, which is kept even after they are deleted.",
    )
    new_person = serializers.IntegerField(
        source="fact.new_person",
        read_only=True,
        allow_null=True,
        help_text="If `new_value` is a person: their ID, which is kept even after they are deleted.",
    )
    version = serializers.IntegerField(read_only=True, help_text="The ticket's version after this event.")
    created_at = UTCField(read_only=True, help_text="When it happened.")
    sentence = serializers.SerializerMethodField(
        help_text="The event as a sentence, in the language of `Accept-Language`."
    )

    class Meta:
        model = TicketEvent
        fields = [
            "id",
            "kind",
            "actor_kind",
            "actor",
            "actor_name",
            "actor_id",
            "attribute",
            "old_value",
            "new_value",
            "old_person",
            "new_person",
            "version",
            "created_at",
            "sentence",
        ]

    def get_sentence(self, event: TicketEvent) -> str:
        """The event as one sentence, without markup, with people named as in the timeline."""
        context = self.serializer_context
        return plain(sentence_of(event, context["ticket"], people=context["people"]))


class EventList(TicketView):
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
        """Returns everything that happened to the ticket, the oldest first.

        Events of tickets merged into it are listed under their own numbers: `/tickets?merged_into=…`.
        """
        ticket = self.find_ticket(number, "learner", "course")
        found = self.rows(self.related(ticket.events.all()), BY_CREATION)
        people = people_in(self.team, found)
        return self.page_response(EventSerializer, found, BY_CREATION, ticket=ticket, people=people)
