"""`/tickets/…/learner-links`: links with which learners open their page without an account."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_ID
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.models import LearnerLink
from helpdesk.teams.roles import Permission


class LearnerLinkSerializer(ResourceSerializer):
    """A link to the page of a ticket's learner; its address is only shown once, when it is created."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the link.")
    ticket = serializers.IntegerField(
        source="ticket.number",
        read_only=True,
        help_text="The number of the ticket it was created for: this one, one merged into it, or one that it "
        "continues.",
    )
    created_at = UTCField(read_only=True, help_text="When the link was created.")
    expires_at = UTCField(read_only=True, help_text="When the link expires.")
    used_at = UTCField(read_only=True, allow_null=True, help_text="When the learner first sent something through it.")

    class Meta:
        model = LearnerLink
        fields = ["id", "ticket", "created_at", "expires_at", "used_at"]


class NewLearnerLinkSerializer(LearnerLinkSerializer):
    """A link that was just created, with its address."""

    url = serializers.SerializerMethodField(
        help_text="The page's address. Give it only to the learner: anybody who has it can open the page."
    )

    class Meta(LearnerLinkSerializer.Meta):
        fields = [*LearnerLinkSerializer.Meta.fields, "url"]

    def get_url(self, link: LearnerLink) -> str:
        """The address, which has the token in it; the token itself is not stored."""
        return learner_links.address_of(self.serializer_context["token"])


class LearnerLinkList(TicketView):
    """The links of a ticket's learner."""

    permissions = {"GET": Permission.TICKET_CHANGE, "POST": Permission.TICKET_CHANGE}

    @list_operation("list_learner_links", "List the learner's links", LearnerLinkSerializer, order=BY_ID)
    def get(self, request: Any, number: int) -> QuerySet[LearnerLink]:
        """Returns the links that work now and lead to this ticket, the oldest first.

        Includes links of tickets merged into it, and of tickets that it continues: see `ticket`.
        """
        return learner_links.valid_links_of(self.find_ticket(number)).select_related("ticket")

    @operation(
        "create_learner_link",
        "Create a link for the learner",
        query=QuerySerializer,  # without `fields` and `expand`
        response=NewLearnerLinkSerializer,
        status=201,
        is_secret=True,
    )
    def post(self, request: Any, number: int) -> Response:
        """The link works for 30 days.

        Each call creates a new one: the response is not stored, so there is no `Idempotency-Key`.
        """
        link, token = learner_links.create_link(self.find_ticket(number))
        context = self.get_serializer_context() | {"token": token}
        return Response(NewLearnerLinkSerializer(link, context=context).data, 201)


class LearnerLinkDetail(TicketView):
    """One link to a learner's page."""

    permissions = {"DELETE": Permission.TICKET_CHANGE}

    @operation("revoke_learner_link", "Revoke a learner's link", status=204)
    def delete(self, request: Any, number: int, pk: int) -> Response:
        """From then on, its page says that the link has expired, and offers to e-mail the learner a new one.

        Works for every link in the list, whichever `ticket` it was created for.
        """
        if not learner_links.revoke_links(self.find_ticket(number), pk):
            raise Http404
        return Response(status=204)
