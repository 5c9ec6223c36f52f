"""Saved views for the operator; their filters are validated as in the inbox."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import QueryDict

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.models import SavedView
from helpdesk.inbox.saved_views import saved_query
from helpdesk.ui.admin import TeamModelAdmin


class SavedViewAdminForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """A saved view; a changed query or team is validated as on the pages and in the API."""

    class Meta:
        model = SavedView
        fields = ["name", "owner", "is_shared", "query", "team"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "query" in self.fields:
            self.fields["query"].required = False  # an empty query means the tickets to do

    def clean(self) -> dict[str, Any]:
        """Refuse filters that are unknown or invalid, or too long to save."""
        data: dict[str, Any] = super().clean() or {}
        if {"query", "team"} & set(self.changed_data) and "query" in data and "team" in data:
            try:
                data["query"] = saved_query(TicketFilter(QueryDict(data["query"]), data["team"], data.get("owner")))
            except forms.ValidationError as error:
                self.add_error("query", error)
        return data


@admin.register(SavedView)
class SavedViewAdmin(TeamModelAdmin):
    """Saved views: named filters of the inbox."""

    form = SavedViewAdminForm
    list_display = ["name", "owner", "is_shared", "query", "team"]
    list_filter = ["is_shared", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["owner", "team"]
    search_fields = ["name", "owner__email"]
    autocomplete_fields = ["team", "owner"]
