"""Sources and their deliveries in the API. Nothing of it is secret: keys are shown nowhere."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.pagination import Order
from helpdesk.api.framework.parameters import PageQuery, query_of
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.teams.roles import Permission
from webhooks.actions import replay
from webhooks.health import with_health
from webhooks.models import Delivery, Source
from webhooks.pretty import pretty
from webhooks.querysets import DeliveryQuerySet


class SourceSerializer(ResourceSerializer):
    """A webhook configuration of the Eduzz console that points here."""

    id = serializers.CharField(read_only=True, help_text="The key.")
    name = serializers.CharField(read_only=True, help_text="What people call it.")
    is_enabled = serializers.BooleanField(read_only=True, help_text="Whether it takes deliveries.")
    health = serializers.ChoiceField(
        Source.Health.values, read_only=True, help_text="Whether calls for help come in, and if not, why."
    )
    last_delivery_at = UTCField(read_only=True, allow_null=True, help_text="When the last authentic event came.")
    verified_at = UTCField(read_only=True, allow_null=True, help_text="The first authentic ping.")
    last_ping_at = UTCField(read_only=True, allow_null=True, help_text="The last one.")
    last_rejected_at = UTCField(read_only=True, allow_null=True, help_text="When a request was last turned away.")
    last_rejection = serializers.CharField(read_only=True, help_text="And why; may be empty.")
    unverified_count = serializers.IntegerField(read_only=True, help_text="Requests that no key matched.")
    unsigned_count = serializers.IntegerField(read_only=True, help_text="Requests without a readable signature.")
    too_large_count = serializers.IntegerField(read_only=True, help_text="Requests that were too large.")
    created_at = UTCField(read_only=True, help_text="When it was made.")

    class Meta:
        model = Source
        fields = [
            "id",
            "name",
            "is_enabled",
            "health",
            "last_delivery_at",
            "verified_at",
            "last_ping_at",
            "last_rejected_at",
            "last_rejection",
            "unverified_count",
            "unsigned_count",
            "too_large_count",
            "created_at",
        ]


class DeliverySerializer(ResourceSerializer):
    """One authentic event as it was received."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    event = serializers.CharField(read_only=True, help_text="The name of the event; empty where it cannot be read.")
    event_id = serializers.CharField(read_only=True, help_text="The sender's id of it.")
    sent_at = UTCField(read_only=True, allow_null=True, help_text="When Eduzz sent it.")
    received_at = UTCField(read_only=True, help_text="When it came.")
    outcome = serializers.ChoiceField(
        Delivery.Outcome.values, read_only=True, help_text="What became of it; `waiting` until a worker has taken it."
    )
    problem = serializers.ChoiceField(
        ["", *Delivery.Problem.values],
        read_only=True,
        help_text="Why it failed; or `implausible_time`, where the receipt stands in for a time of the event.",
    )
    reason = serializers.CharField(read_only=True, help_text="The field, or our error, that made it fail.")
    attempts = serializers.IntegerField(read_only=True, help_text="How often it was tried.")
    duration_ms = serializers.IntegerField(read_only=True, help_text="Milliseconds of the last try.")
    finished_at = UTCField(read_only=True, allow_null=True, help_text="When it got its outcome; null while it waits.")
    ticket = serializers.IntegerField(
        source="ticket.number", read_only=True, allow_null=True, help_text="The number of the ticket that it made."
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

    body = serializers.SerializerMethodField(help_text="The body as text, secrets that it repeats masked.")

    class Meta(DeliverySerializer.Meta):
        fields = [*DeliverySerializer.Meta.fields, "body"]

    def get_body(self, delivery: Delivery) -> str:
        """Readable."""
        return pretty(delivery)


class DeliveryPageQuery(PageQuery):
    """Which deliveries."""

    outcome = serializers.ChoiceField(Delivery.Outcome.values, required=False, help_text="Only those with this one.")
    event = serializers.CharField(required=False, max_length=100, help_text="Only those of this name.")


class SourceView(TeamView):
    """What the views of sources share."""

    tag = "sources"

    def find(self, source_id: str) -> Source:
        """The team's source; else 404."""
        sources = with_health(Source.objects.for_team(self.team))
        return get_object_or_404(sources, pk=source_id.replace("\0", ""))

    def deliveries(self, source_id: str) -> DeliveryQuerySet:
        """Those of the source, without their bodies."""
        log = Delivery.objects.for_team(self.team).filter(source=self.find(source_id))
        return log.without_body().select_related("ticket")


class SourceList(SourceView):
    """The team's sources."""

    permissions = {"GET": Permission.SOURCE_VIEW}

    @operation(
        "list_sources",
        "List sources",
        query=query_of(SourceSerializer, PageQuery),
        response=SourceSerializer,
        page=True,
    )
    def get(self, request: Any) -> Response:
        """The oldest first."""
        return self.page(SourceSerializer, with_health(Source.objects.for_team(self.team)), Order(("created_at", "id")))


class SourceDetail(SourceView):
    """One source."""

    permissions = {"GET": Permission.SOURCE_VIEW}

    @operation("get_source", "Get a source", query=query_of(SourceSerializer), response=SourceSerializer)
    def get(self, request: Any, source_id: str) -> Response:
        """By its key."""
        return self.show(SourceSerializer, self.find(source_id))


class DeliveryList(SourceView):
    """What came through a source."""

    permissions = {"GET": Permission.DELIVERY_VIEW}

    @operation(
        "list_deliveries",
        "List deliveries",
        query=query_of(DeliverySerializer, DeliveryPageQuery),
        response=DeliverySerializer,
        page=True,
    )
    def get(self, request: Any, source_id: str) -> Response:
        """The newest first."""
        asked = {name: self.query[name] for name in ("outcome", "event") if name in self.query}
        log = self.deliveries(source_id).filter(**asked)
        return self.page(DeliverySerializer, log, Order(("received_at", "id"), is_descending=True))


class DeliveryDetail(SourceView):
    """One delivery."""

    permissions = {"GET": Permission.DELIVERY_VIEW}

    @operation(
        "get_delivery", "Get a delivery", query=query_of(WholeDeliverySerializer), response=WholeDeliverySerializer
    )
    def get(self, request: Any, source_id: str, pk: int) -> Response:
        """With its body."""
        return self.show(WholeDeliverySerializer, get_object_or_404(self.deliveries(source_id).defer(None), pk=pk))


class Replay(SourceView):
    """Trying a delivery again."""

    permissions = {"POST": Permission.DELIVERY_REPLAY}

    @operation("replay_delivery", "Replay a delivery", query=query_of(DeliverySerializer), response=DeliverySerializer)
    def post(self, request: Any, source_id: str, pk: int) -> Response:
        """It waits for a worker then, which takes a moment; one that was processed is left as it is."""
        delivery = get_object_or_404(self.deliveries(source_id), pk=pk)
        replay(delivery)
        return self.show(DeliverySerializer, get_object_or_404(self.deliveries(source_id), pk=pk))
