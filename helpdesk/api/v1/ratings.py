"""`/tickets/…/ratings`: what the learner thought of each resolution."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from helpdesk.api.framework.fields import ExpandableField, NamedChoiceField, UTCField
from helpdesk.api.framework.operations import list_operation
from helpdesk.api.framework.pagination import BY_ID
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.v1.members import PersonSerializer
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.conversations.models import Rating
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import Score

SCORES = {score.value: score.name.lower() for score in Score}


class RatingSerializer(ResourceSerializer):
    """The learner's rating of one resolution of a ticket."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the rating.")
    score = NamedChoiceField(SCORES, read_only=True, help_text="How much it helped.")
    comment = serializers.CharField(read_only=True, help_text="The learner's comment; may be empty.")
    resolved_at = UTCField(read_only=True, help_text="The rated resolution: the ticket's `resolved_at` at that time.")
    resolved_by = ExpandableField(
        PersonSerializer, allow_null=True, help_text="The member who resolved it, if it was one."
    )
    created_at = UTCField(read_only=True, help_text="When it was first given; the learner may change it afterwards.")

    class Meta:
        model = Rating
        fields = ["id", "score", "comment", "resolved_at", "resolved_by", "created_at"]


class RatingList(TicketView):
    """The ratings of a ticket."""

    permissions = {"GET": Permission.TICKET_VIEW}

    @list_operation("list_ratings", "List a ticket's ratings", RatingSerializer, order=BY_ID)
    def get(self, request: Any, number: int) -> QuerySet[Rating]:
        """Returns one rating for each resolution that the learner rated, the oldest first."""
        return Rating.objects.for_team(self.team).filter(ticket=self.find_ticket(number))
