"""`/suppressed-addresses`: addresses to which the team sends no e-mail until somebody allows it again."""

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
from helpdesk.conversations.models import SuppressedAddress
from helpdesk.conversations.sending.suppression import allow_address, suppress_address
from helpdesk.teams.roles import Permission


class SuppressedAddressSerializer(ResourceSerializer):
    """An address that the team sends no e-mail to."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the suppressed address.")
    address = serializers.CharField(read_only=True, help_text="The e-mail address, in lower case.")
    reason = serializers.ChoiceField(
        SuppressedAddress.Reason.values,
        read_only=True,
        help_text="`bounced`: e-mail to it was permanently rejected; `complained`: its owner marked one as spam; "
        "`by_hand`: somebody added it.",
    )
    detail = serializers.CharField(read_only=True, help_text="What the mail server said; may be empty.")
    suppressed_by = ExpandableField(
        PersonSerializer, allow_null=True, help_text="The member who asked for it, if it was one."
    )
    created_at = UTCField(read_only=True, help_text="When the address was suppressed.")

    class Meta:
        model = SuppressedAddress
        fields = ["id", "address", "reason", "detail", "suppressed_by", "created_at"]


class NewSuppressedAddress(StrictSerializer):
    """An address to suppress."""

    example = {"address": "mariana@example.com"}
    address = MailableAddressField(help_text="The e-mail address, in any case.")


class SuppressedAddressView(TeamView):
    """What the views of suppressed addresses share."""

    tag = "team"

    def addresses(self) -> QuerySet[SuppressedAddress]:
        """The addresses that the team has suppressed."""
        return SuppressedAddress.objects.for_team(self.team)


class SuppressedAddressList(SuppressedAddressView):
    """The suppressed addresses."""

    permissions = dict.fromkeys(["GET", "POST"], Permission.TEAM_MANAGE)

    @list_operation("list_suppressed_addresses", "List suppressed addresses", SuppressedAddressSerializer, order=BY_ID)
    def get(self, request: Any) -> QuerySet[SuppressedAddress]:
        """Returns the addresses that get no e-mail from the team, the oldest first."""
        return self.addresses()

    @operation(
        "suppress_address",
        "Suppress an address",
        body=NewSuppressedAddress,
        response=SuppressedAddressSerializer,
        status=201,
    )
    def post(self, request: Any) -> Response:
        """From now on, nothing is sent to the address. If it is suppressed already, the first reason stays."""
        reason = SuppressedAddress.Reason.BY_HAND
        suppressed = suppress_address(
            self.team, self.body["address"], reason, by=self.access.user, program=self.access.name
        )
        return self.show(SuppressedAddressSerializer, suppressed, 201)


class SuppressedAddressDetail(SuppressedAddressView):
    """One suppressed address."""

    permissions = dict.fromkeys(["GET", "DELETE"], Permission.TEAM_MANAGE)

    @operation("get_suppressed_address", "Get a suppressed address", response=SuppressedAddressSerializer)
    def get(self, request: Any, pk: int) -> SuppressedAddress:
        """Returns one address, with why it gets no e-mail."""
        return self.get_or_404(self.addresses(), pk=pk)

    @operation("allow_address", "Allow a suppressed address", status=204)
    def delete(self, request: Any, pk: int) -> Response:
        """E-mail to the address is sent again. To resend what failed in the meantime, use `/retry` of its message."""
        allow_address(self.get_or_404(self.addresses(), pk=pk), by=self.access.user, program=self.access.name)
        return Response(status=204)
