"""The forms of the list: what its menus offer, and saved views."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.translation import gettext as _

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.saved_views import name_is_taken, save_view
from helpdesk.teams.models import Membership
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.change import ReversibleChange
from helpdesk.tickets.changes import ASSIGNEE, BULK_CHANGES, PRIORITY, SNOOZE, STATUS
from helpdesk.tickets.forms import SnoozeForm
from helpdesk.tickets.models import SavedView, Ticket
from helpdesk.ui.forms import PartialUpdateForm
from helpdesk.ui.names import NameField
from helpdesk.ui.templatetags.ui import moment_to_come


class MenuChoice(NamedTuple):
    """A value for BulkForm, how it is called, and whether the ticket has it. One without a value is only shown."""

    value: Any
    label: Any
    is_current: bool = False


def menu_choices(
    membership: Membership, ticket: Ticket | None = None
) -> list[tuple[ReversibleChange, list[MenuChoice]]]:
    """What menus offer to make of tickets, or of this one: changes, with their values. Tags are typed instead."""
    return [
        (change, _choices_of(change, membership, ticket))
        for change in BULK_CHANGES.values()
        if change.is_in_menus and membership.can(change.permission)
    ]


def _choices_of(change: ReversibleChange, membership: Membership, ticket: Ticket | None) -> list[MenuChoice]:
    choices = [MenuChoice(choice.value, choice.label) for choice in change.choices(membership, ticket)]
    if ticket is None:
        return choices
    if change is STATUS:  # which offers those that the ticket may have next
        return [MenuChoice(ticket.status, ticket.get_status_display(), is_current=True), *choices]
    until = ticket.snoozed_until if ticket.is_snoozed else None
    preset = SnoozeForm.preset_of(until) if until else None
    if change is SNOOZE and until and not preset:
        return [MenuChoice(None, moment_to_come(until), is_current=True), *choices]
    assignee = "me" if ticket.assignee_id == membership.user_id else ticket.assignee_id or ""
    current = {ASSIGNEE: assignee, PRIORITY: ticket.priority, SNOOZE: preset}.get(change)
    return [choice._replace(is_current=choice.value == current) for choice in choices]


def unknown_filters(asked: TicketFilter) -> str:
    """That a question has what is no filter of the inbox, as a name mistyped; empty where it has not."""
    names = ", ".join(sorted(set(asked.data) - set(asked.fields)))
    return _("The inbox has no such filter: %(names)s.") % {"names": names} if names else ""


def saved_query(asked: TicketFilter) -> str:
    """What a saved view keeps of a question. Raises ValidationError where it can have no answer, or is too long.

    So it does for what is no filter of the inbox, which would be kept as no filter at all.
    """
    if unknown := unknown_filters(asked):
        raise forms.ValidationError(unknown)
    query, longest = asked.query(), SavedView._meta.get_field("query").max_length or 0
    if asked.problems:
        raise forms.ValidationError(" ".join(asked.problems))
    if len(query) > longest:
        raise forms.ValidationError(_("These filters are too long to save; shorten the search."))
    return query


class SavedViewForm(PartialUpdateForm):
    """The name of a saved view; a new one is saved with the filters in `asked`."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        field_classes: ClassVar = {"name": NameField}

    def __init__(self, *args: Any, asked: TicketFilter | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked

    def clean(self) -> dict[str, Any]:
        """Refuse filters that no ticket can match, or that cannot be kept whole."""
        if self.asked:
            try:
                self.instance.query = saved_query(self.asked)
            except forms.ValidationError as error:
                self.add_error(None, error)
        return super().clean() or {}

    def clean_name(self) -> str:
        """The name. Raises ValidationError where the person has a view of that name."""
        name = str(self.cleaned_data["name"])
        view = self.instance
        if view.team_id and SavedView.objects.filter(team=view.team, owner=view.owner, name=name).exclude(pk=view.pk):
            raise forms.ValidationError(name_is_taken())
        return name

    def save_or_explain(self) -> bool:
        """Write the view; whether that could be done, else an error says why not."""
        if self.is_valid():
            try:
                save_view(self.instance)
            except ActionRefused as refused:
                self.add_error("name", str(refused))
        return not self.errors
