"""`/sources`: where events come from. Secrets such as keys are never shown."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.pagination import BY_CREATION
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.teams.roles import Permission
from webhooks.health import with_health
from webhooks.models import Source


class SourceSerializer(ResourceSerializer):
    """A source of events: a webhook set up in the Eduzz console."""

    id = serializers.CharField(read_only=True, help_text="ID of the source.")
    name = serializers.CharField(read_only=True, help_text="The source's name.")
    is_enabled = serializers.BooleanField(read_only=True, help_text="Whether the source accepts deliveries.")
    networks = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        allow_null=True,
        help_text="The networks that it accepts events from; null: anywhere.",
    )
    health = serializers.ChoiceField(
        Source.Health.values, read_only=True, help_text="Whether help requests arrive, and if not, why."
    )
    last_delivery_at = UTCField(read_only=True, allow_null=True, help_text="When the last authentic event arrived.")
    verified_at = UTCField(read_only=True, allow_null=True, help_text="When the first authentic ping arrived.")
    last_ping_at = UTCField(read_only=True, allow_null=True, help_text="When the last authentic ping arrived.")
    last_rejected_at = UTCField(read_only=True, allow_null=True, help_text="When a request was last rejected.")
    last_rejection = serializers.CharField(read_only=True, help_text="Why the last request was rejected; may be empty.")
    unverified_count = serializers.IntegerField(
        read_only=True, help_text="Number of requests whose signature matched no key."
    )
    unsigned_count = serializers.IntegerField(
        read_only=True, help_text="Number of requests without a readable signature."
    )
    too_large_count = serializers.IntegerField(read_only=True, help_text="Number of requests that were too large.")
    created_at = UTCField(read_only=True, help_text="When the source was created.")

    class Meta:
        model = Source
        fields = [
            "id",
            "name",
            "is_enabled",
            "networks",
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


class SourceView(TeamView):
    """What the views of sources share."""

    tag = "sources"

    def find_source(self, source_id: str) -> Source:
        """The team's source with its health; else 404."""
        if "\0" in source_id:  # PostgreSQL accepts no NUL
            raise Http404
        source: Source = self.get_or_404(with_health(Source.objects.for_team(self.team)), pk=source_id)
        return source


class SourceList(SourceView):
    """The team's sources."""

    permissions = {"GET": Permission.SOURCE_VIEW}

    @list_operation("list_sources", "List sources", SourceSerializer, order=BY_CREATION)
    def get(self, request: Any) -> QuerySet[Source]:
        """Returns the sources of events, the oldest first."""
        return with_health(Source.objects.for_team(self.team))


class SourceDetail(SourceView):
    """One source."""

    permissions = {"GET": Permission.SOURCE_VIEW}

    @operation("get_source", "Get a source", response=SourceSerializer)
    def get(self, request: Any, source_id: str) -> Source:
        """Returns one source with its health."""
        return self.find_source(source_id)
