"""`/tickets/…/question-requests`: whether the learner was asked what the ticket is about, and asking them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from helpdesk.api.framework.fields import ExpandableField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_ID
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.v1.members import PersonSerializer
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.conversations.actions.asking import ask_learner
from helpdesk.conversations.models import QuestionRequest
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import Message, Topic


class QuestionRequestSerializer(ResourceSerializer):
    """A request to a learner to say what their ticket is about, or why it was not sent."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the question request.")
    kind = serializers.ChoiceField(
        QuestionRequest.Kind.values, read_only=True, help_text="`first`: by the first reply; `again`: a person asked."
    )
    state = serializers.ChoiceField(
        QuestionRequest.State.values, read_only=True, help_text="`waiting` until it is decided at `due_at`."
    )
    reason = serializers.ChoiceField(
        ["", *QuestionRequest.Reason.values], read_only=True, help_text="Why nothing was sent; else empty."
    )
    requested_by = ExpandableField(PersonSerializer, allow_null=True, help_text="The member who asked, if one did.")
    due_at = UTCField(read_only=True, help_text="When it is decided whether to ask.")
    decided_at = UTCField(read_only=True, allow_null=True, help_text="When it was decided whether to ask.")
    answered_at = UTCField(read_only=True, allow_null=True, help_text="When the learner first wrote after it.")
    message = serializers.IntegerField(
        read_only=True, allow_null=True, source="message_id", help_text="ID of the message that was sent."
    )
    topics = serializers.ListField(
        child=serializers.ChoiceField(Topic.values), read_only=True, help_text="The answers that it offers, in order."
    )

    class Meta:
        model = QuestionRequest
        fields = [
            "id",
            "kind",
            "state",
            "reason",
            "requested_by",
            "due_at",
            "decided_at",
            "answered_at",
            "message",
            "topics",
        ]


class QuestionRequestList(TicketView):
    """The requests to a ticket's learner to say what it is about."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_REPLY}

    @list_operation("list_question_requests", "List question requests", QuestionRequestSerializer, order=BY_ID)
    def get(self, request: Any, number: int) -> QuerySet[QuestionRequest]:
        """Returns the times that the learner was asked, at most two: by the first reply and by a person."""
        return QuestionRequest.objects.for_team(self.team).filter(ticket=self.find_ticket(number))

    @operation("ask_learner", "Ask the learner", response=QuestionRequestSerializer, status=201)
    def post(self, request: Any, number: int) -> QuestionRequest:
        """Sends an automatic e-mail that asks what the request is about, with answers to tap.

        Once per ticket, and only while the question is unknown. It is sent after ten seconds; until then
        `/messages/…/cancel` cancels it.
        """
        ticket = self.find_ticket(number)
        with self.conflicts():
            message = ask_learner(ticket, self.actor, channel=Message.Channel.API)
        return QuestionRequest.objects.get(message=message)
