"""The choices of the list's menus, and the form for saved views."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.translation import gettext as _

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.saved_views import name_is_taken, save_view
from helpdesk.teams.models import Membership
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.change import ReversibleChange
from helpdesk.tickets.changes import BULK_CHANGES
from helpdesk.tickets.models import SavedView, Ticket
from helpdesk.ui.forms import PartialUpdateForm
from helpdesk.ui.names import NameField


class MenuChoice(NamedTuple):
    """A value for BulkForm, its label, and whether the ticket has it. A choice without a value is only shown."""

    value: Any
    label: Any
    is_current: bool = False


def menu_choices(
    membership: Membership, ticket: Ticket | None = None
) -> list[tuple[ReversibleChange, list[MenuChoice]]]:
    """The changes that menus offer, for all tickets or for this one, with their values. Tags are typed instead."""
    return [
        (change, _choices_of(change, membership, ticket))
        for change in BULK_CHANGES.values()
        if change.is_in_menus and membership.can(change.permission)
    ]


def _choices_of(change: ReversibleChange, membership: Membership, ticket: Ticket | None) -> list[MenuChoice]:
    """The values offered; what the ticket has is marked, or comes first if it is not among them."""
    current = change.current(membership, ticket) if ticket else None
    choices = [
        MenuChoice(choice.value, choice.label, is_current=current is not None and choice.value == current.value)
        for choice in change.choices(membership, ticket)
    ]
    if current and current.label and not any(choice.is_current for choice in choices):
        choices.insert(0, MenuChoice(current.value, current.label, is_current=True))
    return choices


def unknown_filters(ticket_filter: TicketFilter) -> str:
    """An error that names the parameters that are no filters, such as misspelled ones; empty if there are none."""
    names = ", ".join(sorted(set(ticket_filter.data) - set(ticket_filter.fields)))
    return _("The inbox has no such filter: %(names)s.") % {"names": names} if names else ""


def saved_query(ticket_filter: TicketFilter) -> str:
    """The query string that a saved view keeps. Raises ValidationError if a filter is invalid or the string too long.

    Unknown filters raise it too, since they would be dropped silently.
    """
    if unknown := unknown_filters(ticket_filter):
        raise forms.ValidationError(unknown)
    query, longest = ticket_filter.query(), SavedView._meta.get_field("query").max_length or 0
    if ticket_filter.problems:
        raise forms.ValidationError(" ".join(ticket_filter.problems))
    if len(query) > longest:
        raise forms.ValidationError(_("These filters are too long to save; shorten the search."))
    return query


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
