"""`/producers`: people or companies that sell the courses on Eduzz."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.list_filters import EmailQuery, filter_by_email
from helpdesk.courses.models import Producer
from helpdesk.teams.roles import Permission


class ProducerSerializer(ResourceSerializer):
    """A producer: the person or company that sells courses on Eduzz."""

    resource = "courses"
    id = serializers.IntegerField(read_only=True, help_text="ID of the producer.")
    email = serializers.CharField(read_only=True, help_text="In lower case; unique within the team.")
    name = serializers.CharField(read_only=True, help_text="The name in the newest event; may be empty.")
    created_at = UTCField(read_only=True, help_text="When the first event of this producer arrived.")

    class Meta:
        model = Producer
        fields = ["id", "email", "name", "created_at"]


class ProducerList(TeamView):
    """The producers whose courses the team serves."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @list_operation("list_producers", "List producers", ProducerSerializer, query=EmailQuery)
    def get(self, request: Any) -> QuerySet[Producer]:
        """Returns producers in the order in which they first appeared."""
        return filter_by_email(Producer.objects.for_team(self.team), self.query)


class ProducerDetail(TeamView):
    """One producer."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("get_producer", "Get a producer", response=ProducerSerializer)
    def get(self, request: Any, pk: int) -> Producer:
        """Returns one producer."""
        return self.get_or_404(Producer.objects.for_team(self.team), pk=pk)
