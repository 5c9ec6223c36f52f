"""`/members`: the members of the team."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.teams.models import Membership, User
from helpdesk.teams.roles import Permission, Role


class PersonSerializer(ResourceSerializer):
    """Somebody who works in the team."""

    resource = "team"
    id = serializers.IntegerField(help_text="ID of the member.", read_only=True)
    name = serializers.CharField(source="get_full_name", help_text="The name that others see.", read_only=True)
    email = serializers.EmailField(help_text="The address that they log in with.", read_only=True)

    class Meta:
        model = User
        fields = ["id", "name", "email"]


class MemberSerializer(ResourceSerializer):
    """A member of the team."""

    id = serializers.IntegerField(source="user_id", read_only=True, help_text="ID of the member, as in `assignee`.")
    name = serializers.CharField(source="user.get_full_name", read_only=True, help_text="The name that others see.")
    email = serializers.EmailField(source="user.email", read_only=True, help_text="The address that they log in with.")
    role = serializers.ChoiceField(Role.values, read_only=True, help_text="What the member may do.")
    member_since = UTCField(source="created_at", read_only=True, help_text="When the member joined the team.")

    class Meta:
        model = Membership
        fields = ["id", "name", "email", "role", "member_since"]


class MemberList(TeamView):
    """The members of the team."""

    tag = "team"
    permissions = {"GET": Permission.TEAM_VIEW}

    @list_operation("list_members", "List members", MemberSerializer)
    def get(self, request: Any) -> QuerySet[Membership]:
        """Returns the members in the order in which they joined."""
        return Membership.objects.for_team(self.team).select_related("user")


class MemberDetail(TeamView):
    """One member."""

    tag = "team"
    permissions = {"GET": Permission.TEAM_VIEW}

    @operation("get_member", "Get a member", response=MemberSerializer)
    def get(self, request: Any, pk: int) -> Membership:
        """Returns one member by the ID of their account."""
        return self.get_or_404(Membership.objects.for_team(self.team).select_related("user"), user=pk)
