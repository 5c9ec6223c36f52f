"""`/sources/…/deliveries`: authentic events as they were received, and replaying them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.parameters import PageQuery
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.v1.sources import SourceView
from helpdesk.teams.roles import Permission
from webhooks.actions import replay
from webhooks.models import Delivery
from webhooks.querysets import NEWEST_FIRST, DeliveryQuerySet
from webhooks.redaction import redacted_body


class DeliverySerializer(ResourceSerializer):
    """One authentic event as it was received."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the delivery.")
    event = serializers.CharField(read_only=True, help_text="The name of the event; empty where it cannot be read.")
    event_id = serializers.CharField(read_only=True, help_text="The sender's own ID of the event.")
    sent_at = UTCField(read_only=True, allow_null=True, help_text="When Eduzz sent it.")
    received_at = UTCField(read_only=True, help_text="When the delivery was received.")
    outcome = serializers.ChoiceField(
        Delivery.Outcome.values, read_only=True, help_text="The outcome; `waiting` until a worker has processed it."
    )
    problem = serializers.ChoiceField(
        ["", *Delivery.Problem.values],
        read_only=True,
        help_text="Why it failed; or `implausible_time` if the event's time is implausible, and the time of "
        "receipt is used instead.",
    )
    reason = serializers.CharField(
        read_only=True, help_text="The invalid field, or the internal error, that made it fail."
    )
    attempts = serializers.IntegerField(
        read_only=True, help_text="Number of tries since it was received or last replayed."
    )
    duration_ms = serializers.IntegerField(read_only=True, help_text="Duration of the last try, in milliseconds.")
    finished_at = UTCField(read_only=True, allow_null=True, help_text="When it was processed; null while it waits.")
    ticket = serializers.IntegerField(
        source="ticket.number", read_only=True, allow_null=True, help_text="The number of the ticket that it created."
    )

    class Meta:
        model = Delivery
        fields = [
            "id",
            "event",
            "event_id",
            "sent_at",
            "received_at",
            "outcome",
            "problem",
            "reason",
            "attempts",
            "duration_ms",
            "finished_at",
            "ticket",
        ]


class WholeDeliverySerializer(DeliverySerializer):
    """One authentic event with its body."""

    learner_key = "ticket.learner_id"
    body = serializers.SerializerMethodField(help_text="The body as text, with secrets masked.")

    class Meta(DeliverySerializer.Meta):
        fields = [*DeliverySerializer.Meta.fields, "body"]

    def get_body(self, delivery: Delivery) -> str:
        """The body as text, with secrets masked."""
        return redacted_body(delivery)


class DeliveryPageQuery(PageQuery):
    """The parameters of the list of deliveries."""

    outcome = serializers.ChoiceField(
        Delivery.Outcome.values, required=False, help_text="Only deliveries with this outcome."
    )
    event = serializers.CharField(required=False, max_length=100, help_text="Only deliveries of this event.")


class DeliveryView(SourceView):
    """What the views of deliveries share."""

    def deliveries(self, source_id: str) -> DeliveryQuerySet:
        """The source's deliveries without their bodies. Raises Http404 if the team has no such source."""
        deliveries = Delivery.objects.for_team(self.team).filter(source=self.find_source(source_id))
        return deliveries.without_body().select_related("ticket")


class DeliveryList(DeliveryView):
    """The deliveries of a source."""

    permissions = {"GET": Permission.DELIVERY_VIEW}

    @list_operation(
        "list_deliveries", "List deliveries", DeliverySerializer, query=DeliveryPageQuery, order=NEWEST_FIRST
    )
    def get(self, request: Any, source_id: str) -> DeliveryQuerySet:
        """Returns the events that Eduzz sent to this source, the newest first."""
        asked = {name: self.query[name] for name in ("outcome", "event") if name in self.query}
        return self.deliveries(source_id).filter(**asked)


class DeliveryDetail(DeliveryView):
    """One delivery."""

    permissions = {"GET": Permission.DELIVERY_VIEW}
    also_reads = ("learners",)  # the body has their names, addresses and phone numbers

    @operation("get_delivery", "Get a delivery", response=WholeDeliverySerializer)
    def get(self, request: Any, source_id: str, pk: int) -> Delivery:
        """Returns one event with its body."""
        return self.get_or_404(self.deliveries(source_id).defer(None), pk=pk)


class DeliveryReplay(DeliveryView):
    """Processing a delivery again."""

    permissions = {"POST": Permission.DELIVERY_REPLAY}

    @operation("replay_delivery", "Replay a delivery", response=DeliverySerializer)
    def post(self, request: Any, source_id: str, pk: int) -> Delivery:
        """A worker will process the event again shortly. If it was already processed, nothing happens."""
        replay(self.get_or_404(self.deliveries(source_id), pk=pk))
        return self.get_or_404(self.deliveries(source_id), pk=pk)
