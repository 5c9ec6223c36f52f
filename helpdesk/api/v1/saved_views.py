"""`/saved-views`: named filters of the inbox."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import ExpandableField, NameField, TextField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.problems import Conflict
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.members import PersonSerializer
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.models import SavedView
from helpdesk.inbox.querysets import SavedViewQuerySet
from helpdesk.inbox.saved_views import save_view, saved_query
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.ui.cleaning import clean_name


class SavedViewSerializer(ResourceSerializer):
    """A saved view: named filters of the inbox, personal or shared with the team."""

    id = serializers.IntegerField(read_only=True, help_text="ID of the view.")
    name = serializers.CharField(read_only=True, help_text="Its name in the sidebar.")
    query = serializers.CharField(read_only=True, help_text="The query string of the inbox's address.")
    is_shared = serializers.BooleanField(read_only=True, help_text="Whether the whole team sees it.")
    owner = ExpandableField(
        PersonSerializer,
        allow_null=True,
        help_text="Its owner; null if that account was deleted.",
    )
    created_at = UTCField(read_only=True, help_text="When the view was saved.")

    class Meta:
        model = SavedView
        fields = ["id", "name", "query", "is_shared", "owner", "created_at"]


class NewSavedView(StrictSerializer):
    """A saved view to create."""

    example = {"name": "Urgentes", "query": "priority=4"}
    name = NameField(max_length=40, help_text="Its name; unique among the owner's views.")
    query = TextField(
        max_length=2000,
        allow_blank=True,
        help_text="The query string of the inbox's address, with filters only; unknown filters and invalid values "
        "are refused.",
    )
    is_shared = serializers.BooleanField(
        required=False, help_text="Whether the whole team sees it. Views saved by a token are always shared."
    )


class SavedViewChange(StrictSerializer):
    """The fields to change; the others stay as they are."""

    example = {"name": "Urgentes de hoje"}
    name = NameField(max_length=40, required=False, help_text="Its name; unique among the owner's views.")
    is_shared = serializers.BooleanField(required=False, help_text="Whether the whole team sees it.")


class SavedViewView(TeamView):
    """What the views of saved views share."""

    tag = "saved views"

    def shown(self) -> SavedViewQuerySet:
        """The person's own views and the team's shared ones; for a token only the shared ones."""
        if membership := self.access.membership:
            return SavedView.objects.shown_to(team=membership.team_id, user=membership.user_id)
        return SavedView.objects.for_team(self.team).filter(is_shared=True)

    def changeable(self) -> SavedViewQuerySet:
        """The person's own views, and for managers the shared ones, too; for a token the shared ones."""
        if self.access.membership:
            return SavedView.objects.changeable_by(self.access.membership)
        return self.shown()

    def save(self, view: SavedView, data: dict[str, Any]) -> None:
        """Save the view with the name and the sharing in `data`. Raises Conflict if the name is taken or invisible."""
        view.name = clean_name(data.get("name", view.name))
        if not view.name:
            raise Conflict(_("A name needs visible characters."), "name")
        view.is_shared = data.get("is_shared", view.is_shared) or self.access.token is not None
        try:
            save_view(view)
        except ActionRefused as refused:
            raise Conflict(str(refused), "name") from None


class SavedViewList(SavedViewView):
    """The saved views."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_VIEW}

    @list_operation("list_saved_views", "List saved views", SavedViewSerializer)
    def get(self, request: Any) -> SavedViewQuerySet:
        """Returns the shared views and your own; a token only sees the shared ones."""
        return self.shown()

    @operation(
        "create_saved_view",
        "Create a saved view",
        body=NewSavedView,
        response=SavedViewSerializer,
        status=201,
        located=True,
    )
    def post(self, request: Any) -> Response:
        """Creates a saved view, which belongs to you or to whoever created the token."""
        data, user = self.body, self.access.user
        owner = user.pk if user else getattr(self.access.token, "created_by_id", None)
        if owner is None:
            raise Conflict(
                _(
                    "This token was not created by a person, so nobody can own what it saves. Use one from the "
                    "dashboard."
                )
            )
        try:
            query = saved_query(TicketFilter(QueryDict(data["query"]), self.team, user))
        except ValidationError as error:
            raise serializers.ValidationError({"query": error.messages}) from None
        view = SavedView(team=self.team, owner_id=owner, query=query)
        self.save(view, data)
        return self.show(SavedViewSerializer, view, 201, Location=f"/api/v1/saved-views/{view.pk}")


class SavedViewDetail(SavedViewView):
    """One saved view."""

    permissions = dict.fromkeys(["GET", "PATCH", "DELETE"], Permission.TICKET_VIEW)

    @operation("get_saved_view", "Get a saved view", response=SavedViewSerializer)
    def get(self, request: Any, pk: int) -> SavedView:
        """Returns one saved view with its filters."""
        return self.get_or_404(self.shown(), pk=pk)

    @operation("change_saved_view", "Change a saved view", body=SavedViewChange, response=SavedViewSerializer)
    def patch(self, request: Any, pk: int) -> SavedView:
        """You can change your own views; managers can also change shared ones."""
        view = get_object_or_404(self.changeable(), pk=pk)
        self.save(view, self.body)
        return view

    @operation("delete_saved_view", "Delete a saved view", status=204)
    def delete(self, request: Any, pk: int) -> Response:
        """Deletes the view only; tickets are not affected."""
        get_object_or_404(self.changeable(), pk=pk).delete()
        return Response(status=204)
