"""`/team`: the team of the token or session."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.teams.models import Team
from helpdesk.teams.roles import Permission


class TeamSerializer(ResourceSerializer):
    """The team of the token or session."""

    slug = serializers.CharField(read_only=True, help_text="The team's name in the addresses of its pages.")
    name = serializers.CharField(read_only=True, help_text="The team's name.")
    time_zone = serializers.CharField(read_only=True, help_text="The team's time zone.")
    response_target_hours = serializers.IntegerField(
        read_only=True,
        help_text="The number of hours within which the team aims to answer. Only business hours count, and 24 hours "
        "are one working day.",
    )
    business_hours = serializers.DictField(
        child=serializers.DictField(child=serializers.CharField()),
        read_only=True,
        help_text="The business hours, in the team's time zone: for each weekday (`monday` to `sunday`) the hours "
        "`from` and `to`, such as `09:00`; `24:00` is the end of the day. A missing weekday is off.",
    )
    permissions = serializers.SerializerMethodField(help_text="What the token or member may do in the team.")
    scopes = serializers.SerializerMethodField(
        help_text="The token's scopes: `read` and `write` for everything, or for example `tickets:read` for one "
        "resource; empty for a session, where the role decides."
    )

    class Meta:
        model = Team
        fields = ["slug", "name", "time_zone", "response_target_hours", "business_hours", "permissions", "scopes"]

    def get_permissions(self, team: Team) -> list[str]:
        """The permissions of the token or person, sorted."""
        permissions: list[str] = self.serializer_context["access"].permissions
        return permissions

    def get_scopes(self, team: Team) -> list[str]:
        """The scopes of the token, sorted; empty for a session."""
        token = self.serializer_context["access"].token
        return sorted(token.scopes) if token else []


class TeamDetail(TeamView):
    """The team itself."""

    tag = "team"
    permissions = {"GET": Permission.TEAM_VIEW}

    @operation("get_team", "Get the team", response=TeamSerializer)
    def get(self, request: Any) -> Team:
        """Returns the team of the token or session, and what you may do in it."""
        return self.team

    def get_serializer_context(self) -> dict[str, Any]:
        """The context, and the access of the request."""
        return super().get_serializer_context() | {"access": self.access}
