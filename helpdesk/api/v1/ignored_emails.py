"""`/inbound-emails/ignored`: ignores many e-mails that wait for a decision at once, and undoes it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import MailableAddressField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.conversations.inbound.ignored_senders import held_from
from helpdesk.conversations.inbound.ignoring import ignore_emails, undo_ignoring
from helpdesk.conversations.models import InboundEmail
from helpdesk.teams.roles import Permission

MOST = 500
HIGHEST_KEY = 2**63 - 1


class EmailsToIgnore(StrictSerializer):
    """The e-mails to ignore: by their IDs, or all that wait from one sender."""

    takes_one = True
    example = {"sender": "news@loja.example"}
    emails = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=HIGHEST_KEY),
        min_length=1,
        max_length=MOST,
        required=False,
        help_text="IDs of the e-mails.",
    )
    sender = MailableAddressField(required=False, help_text="Or all `held` e-mails from this address, ignoring case.")


class IgnoredEmailsSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """E-mails that were ignored by one request, under the ID that undoes it."""

    id = serializers.UUIDField(read_only=True, help_text="The ID with which to undo this.")
    count = serializers.IntegerField(
        read_only=True,
        help_text="Number of ignored e-mails. Those that were not waiting for a decision are not affected.",
    )


class IgnoredEmailsList(TicketView):
    """Ignoring many inbound e-mails at once."""

    permissions = {"POST": Permission.TICKET_CHANGE}

    @operation(
        "ignore_inbound_emails",
        "Ignore many inbound e-mails",
        body=EmailsToIgnore,
        response=IgnoredEmailsSerializer,
        status=201,
    )
    def post(self, request: Any) -> dict[str, Any]:
        """Ignores the e-mails, but keeps them. To ignore later e-mail from the same senders too, use
        `/ignored-senders`.
        """
        if sender := self.body.get("sender"):
            emails = held_from(self.team, sender)
        else:
            emails = InboundEmail.objects.for_team(self.team).filter(pk__in=self.body["emails"])
        key, count = ignore_emails(emails, self.team, self.actor)
        return {"id": key, "count": count}


class IgnoredEmailsDetail(TicketView):
    """The e-mails that one request ignored."""

    permissions = {"DELETE": Permission.TICKET_CHANGE}

    @operation("undo_ignoring_inbound_emails", "Undo ignoring many inbound e-mails", status=204)
    def delete(self, request: Any, pk: UUID) -> Response:
        """The e-mails wait for a decision again, except those decided since; 404 if none is left."""
        if not undo_ignoring(self.team, pk):
            raise Http404
        return Response(status=204)
