"""The API's view of the team and its members."""

from __future__ import annotations

from rest_framework import serializers

from helpdesk.api.serializers import ResourceSerializer
from helpdesk.teams.models import User


class PersonSerializer(ResourceSerializer):
    """Somebody who works in the team."""

    id = serializers.IntegerField(help_text="The key.", read_only=True)
    name = serializers.CharField(source="get_full_name", help_text="The name that others see.", read_only=True)
    email = serializers.EmailField(help_text="The address that they log in with.", read_only=True)

    class Meta:
        model = User
        fields = ["id", "name", "email"]
