"""`/ignored-senders`: whose e-mail is ignored where it would only wait for somebody to decide."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_ID
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.conversations.actions.ignoring import ignore_sender
from helpdesk.conversations.models import IgnoredSender
from helpdesk.teams.roles import Permission


class IgnoredSenderSerializer(ResourceSerializer):
    """An address whose e-mail is ignored."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    address = serializers.CharField(read_only=True, help_text="In lower case.")
    created_at = UTCField(read_only=True, help_text="Since when.")

    class Meta:
        model = IgnoredSender
        fields = ["id", "address", "created_at"]


class NewIgnoredSender(StrictSerializer):
    """An address to ignore."""

    example = {"address": "news@loja.example"}
    address = serializers.EmailField(max_length=254, help_text="Whatever its case.")


class IgnoredSenderList(TeamView):
    """The ignored senders."""

    tag = "tickets"
    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_CHANGE}

    @list_operation("list_ignored_senders", "List ignored senders", IgnoredSenderSerializer, order=BY_ID)
    def get(self, request: Any) -> QuerySet[IgnoredSender]:
        """Returns the addresses whose e-mail is ignored where it fits no ticket and is of no learner."""
        return IgnoredSender.objects.for_team(self.team)

    @operation(
        "create_ignored_sender",
        "Ignore a sender",
        body=NewIgnoredSender,
        response=IgnoredSenderSerializer,
        status=201,
    )
    def post(self, request: Any) -> IgnoredSender:
        """Of one that is ignored already, returns that. What waits already is left as it is."""
        sender, _is_new = ignore_sender(self.team, self.body["address"], self.access.user)
        return sender


class IgnoredSenderDetail(TeamView):
    """One of them."""

    tag = "tickets"
    permissions = {"DELETE": Permission.TICKET_CHANGE}

    @operation("delete_ignored_sender", "Stop ignoring a sender", status=204)
    def delete(self, request: Any, pk: int) -> Response:
        """What comes from there waits for a decision again; what was ignored stays so."""
        self.get_or_404(IgnoredSender.objects.for_team(self.team), pk=pk).delete()
        return Response(status=204)
