"""`/ignored-senders`: senders whose e-mail is ignored instead of waiting for a decision."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import ExpandableField, MailableAddressField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_ID
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.members import PersonSerializer
from helpdesk.conversations.inbound.ignored_senders import ignore_sender
from helpdesk.conversations.models import IgnoredSender
from helpdesk.teams.roles import Permission


class IgnoredSenderSerializer(ResourceSerializer):
    """An address whose e-mail is ignored unless it belongs to a ticket or is from a learner."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the ignored sender.")
    address = serializers.CharField(read_only=True, help_text="The e-mail address, in lower case.")
    ignored_by = ExpandableField(
        PersonSerializer, allow_null=True, help_text="The member who asked for it, if it was one."
    )
    created_at = UTCField(read_only=True, help_text="When the sender was first ignored.")

    class Meta:
        model = IgnoredSender
        fields = ["id", "address", "ignored_by", "created_at"]


class NewIgnoredSender(StrictSerializer):
    """An address to ignore."""

    example = {"address": "news@loja.example"}
    address = MailableAddressField(help_text="The e-mail address, in any case.")


class IgnoredSenderView(TeamView):
    """What the views of ignored senders share."""

    tag = "tickets"

    def senders(self) -> QuerySet[IgnoredSender]:
        """The senders that the team ignores."""
        return IgnoredSender.objects.for_team(self.team)


class IgnoredSenderList(IgnoredSenderView):
    """The ignored senders."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_CHANGE}

    @list_operation("list_ignored_senders", "List ignored senders", IgnoredSenderSerializer, order=BY_ID)
    def get(self, request: Any) -> QuerySet[IgnoredSender]:
        """Returns the addresses whose e-mail is ignored unless it belongs to a ticket or is from a learner."""
        return self.senders()

    @operation(
        "create_ignored_sender",
        "Ignore a sender",
        body=NewIgnoredSender,
        response=IgnoredSenderSerializer,
        status=201,
    )
    def post(self, request: Any) -> Response:
        """Returns the existing entry if the address is already ignored. E-mail that already waits is not affected."""
        sender, _is_new = ignore_sender(self.team, self.body["address"], self.access.user)
        return self.show(IgnoredSenderSerializer, sender, 201)


class IgnoredSenderDetail(IgnoredSenderView):
    """One ignored sender."""

    permissions = {"GET": Permission.TICKET_VIEW, "DELETE": Permission.TICKET_CHANGE}

    @operation("get_ignored_sender", "Get an ignored sender", response=IgnoredSenderSerializer)
    def get(self, request: Any, pk: int) -> IgnoredSender:
        """Returns one ignored address, and the member who asked for it."""
        return self.get_or_404(self.senders(), pk=pk)

    @operation("delete_ignored_sender", "Stop ignoring a sender", status=204)
    def delete(self, request: Any, pk: int) -> Response:
        """New e-mail from the address waits for a decision again; what was ignored stays ignored."""
        self.get_or_404(self.senders(), pk=pk).delete()
        return Response(status=204)
