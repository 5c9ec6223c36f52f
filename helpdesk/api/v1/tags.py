"""`/tags` and `/tickets/…/tags`: the words by which a team groups its tickets."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import TextField
from helpdesk.api.framework.operations import list_operation
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.ticket_view import TicketView, change_operation
from helpdesk.teams.roles import Permission
from helpdesk.tickets.changes import TAG, UNTAG
from helpdesk.tickets.models import Tag
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.keyset import Order

BY_NAME = Order(("name", "id"))


class TagField(TextField):
    """The name of a tag, normalized; its maximum length applies afterwards."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The name, cleaned and in lower case. Raises ValidationError if it has no visible characters."""
        return clean_key(super().to_internal_value(data))


class TagSerializer(ResourceSerializer):
    """A tag: a word that the team uses to group its tickets."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the tag.")
    name = serializers.CharField(read_only=True, help_text="In lower case; unique within the team.")

    color = serializers.ChoiceField(
        ["", *Tag.Color.values], read_only=True, help_text="The color of the dot beside its name; empty for no dot."
    )

    class Meta:
        model = Tag
        fields = ["id", "name", "color"]


class NewTag(StrictSerializer):
    """The tag to add to the ticket."""

    example = {"tag": "vídeo"}
    tag = TagField(help_text="Its name; a tag that the team does not have yet is created.")


class TagList(TeamView):
    """The tags of the team."""

    tag = "tags"
    permissions = {"GET": Permission.TICKET_VIEW}

    @list_operation("list_tags", "List tags", TagSerializer, order=BY_NAME)
    def get(self, request: Any) -> QuerySet[Tag]:
        """Returns the tags by name. A tag is created when it is first added to a ticket."""
        return Tag.objects.for_team(self.team)


class TagsOfTicket(TicketView):
    """The tags of a ticket."""

    permissions = {"POST": TAG.permission}

    @change_operation("tag_ticket", "Tag a ticket", body=NewTag)
    def post(self, request: Any, number: int) -> Response:
        """Adds a tag to the ticket; nothing changes if the ticket has it already."""
        return self.change(number, lambda ticket: TAG.make(ticket, self.actor, self.body["tag"]))


class TagOfTicket(TicketView):
    """One tag of a ticket."""

    permissions = {"DELETE": UNTAG.permission}

    @change_operation("untag_ticket", "Remove a tag")
    def delete(self, request: Any, number: int, name: str) -> Response:
        """Removes the tag, if the ticket has it. If it is on a ticket merged into this one, you get a 409 that says
        which.
        """
        return self.change(number, lambda ticket: UNTAG.make(ticket, self.actor, name))
