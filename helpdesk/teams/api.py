"""The API's view of the team and its members."""

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
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.roles import Permission, Role


class PersonSerializer(ResourceSerializer):
    """Somebody who works in the team."""

    id = serializers.IntegerField(help_text="The key.", read_only=True)
    name = serializers.CharField(source="get_full_name", help_text="The name that others see.", read_only=True)
    email = serializers.EmailField(help_text="The address that they log in with.", read_only=True)

    class Meta:
        model = User
        fields = ["id", "name", "email"]


class MemberSerializer(ResourceSerializer):
    """A member of the team."""

    id = serializers.IntegerField(source="user_id", read_only=True, help_text="The key, as in `assignee`.")
    name = serializers.CharField(source="user.get_full_name", read_only=True, help_text="The name that others see.")
    email = serializers.EmailField(source="user.email", read_only=True, help_text="The address of the login.")
    role = serializers.ChoiceField(Role.values, read_only=True, help_text="What the member may do.")
    member_since = UTCField(source="created_at", read_only=True, help_text="When they joined.")

    class Meta:
        model = Membership
        fields = ["id", "name", "email", "role", "member_since"]


class TeamSerializer(ResourceSerializer):
    """The team that the token or the session is of."""

    slug = serializers.CharField(read_only=True, help_text="Its part of every page's address.")
    name = serializers.CharField(read_only=True, help_text="What people call it.")
    time_zone = serializers.CharField(read_only=True, help_text="The zone in which it means days and hours.")
    response_target_hours = serializers.IntegerField(
        read_only=True, help_text="Within how many hours it means to have answered."
    )
    permissions = serializers.SerializerMethodField(help_text="What the token or the member may do there.")

    class Meta:
        model = Team
        fields = ["slug", "name", "time_zone", "response_target_hours", "permissions"]

    def get_permissions(self, team: Team) -> list[str]:
        """Sorted."""
        return sorted(self.serializer_context["permissions"])


class TeamDetail(TeamView):
    """The team itself."""

    tag = "team"
    permissions = {"GET": Permission.TEAM_VIEW}

    @operation("get_team", "Get the team", query=query_of(TeamSerializer), response=TeamSerializer)
    def get(self, request: Any) -> Response:
        """Whose token this is, and what it may do."""
        return self.show(TeamSerializer, self.team)

    def get_serializer_context(self) -> dict[str, Any]:
        """With what is allowed."""
        return super().get_serializer_context() | {"permissions": self.access.permissions}


class Members(TeamView):
    """The members of the team."""

    tag = "team"
    permissions = {"GET": Permission.TEAM_VIEW}

    @operation(
        "list_members",
        "List members",
        query=query_of(MemberSerializer, PageQuery),
        response=MemberSerializer,
        page=True,
    )
    def get(self, request: Any) -> Response:
        """In the order in which they joined."""
        memberships = Membership.objects.for_team(self.team).select_related("user")
        return self.page(MemberSerializer, memberships, Order(("id",)))


class Member(TeamView):
    """One member."""

    tag = "team"
    permissions = {"GET": Permission.TEAM_VIEW}

    @operation("get_member", "Get a member", query=query_of(MemberSerializer), response=MemberSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """By the key of the person."""
        memberships = Membership.objects.for_team(self.team).select_related("user")
        return self.show(MemberSerializer, get_object_or_404(memberships, user=pk))
