"""The form for saved views."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.models import SavedView
from helpdesk.inbox.saved_views import name_is_taken, save_view, saved_query
from helpdesk.tickets.actions import ActionRefused
from helpdesk.ui.fields import NameField
from helpdesk.ui.forms import PartialUpdateForm


class SavedViewForm(PartialUpdateForm):
    """The name of a saved view and whether it is shared; a new one is saved with the filters in `ticket_filter`."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        field_classes: ClassVar = {"name": NameField}

    def __init__(self, *args: Any, ticket_filter: TicketFilter | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticket_filter = ticket_filter

    def clean(self) -> dict[str, Any]:
        """Refuse filters that are unknown or invalid, or too long to save."""
        if self.ticket_filter:
            try:
                self.instance.query = saved_query(self.ticket_filter)
            except forms.ValidationError as error:
                self.add_error(None, error)
        return super().clean() or {}

    def clean_name(self) -> str:
        """The name. Raises ValidationError if the owner already has a view with it."""
        name = str(self.cleaned_data["name"])
        view = self.instance
        if view.team_id and SavedView.objects.filter(team=view.team, owner=view.owner, name=name).exclude(pk=view.pk):
            raise forms.ValidationError(name_is_taken())
        return name

    def save_or_explain(self) -> bool:
        """Save the view. Returns False if that is refused; an error then says why."""
        if self.is_valid():
            try:
                save_view(self.instance)
            except ActionRefused as refused:
                self.add_error("name", str(refused))
        return not self.errors
