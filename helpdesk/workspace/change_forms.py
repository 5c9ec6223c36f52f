"""The forms behind buttons of the list and of tickets: which tickets to change, and how."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.seen_versions import versions_by_number
from helpdesk.teams.models import Membership
from helpdesk.tickets.changes import BULK_CHANGES
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.forms import OneLineForm


class BulkForm(OneLineForm):
    """A change to many tickets, or to one.

    `change` is "kind:value"; after "kind:" alone, the value is in the fields of the change's own form, such as `tag` or
    `until`. Tickets are every `ticket`, as "number-version", or `all` that match `query`, or only `one`, which may
    include the change: "number-version:kind:value". `confirmed` says that the person has confirmed the number of
    tickets. Cleaned data adds `kind` and `value` of the change, `tickets`, and `seen`: versions by ticket number.
    """

    change = forms.CharField(max_length=100, required=False)
    all = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(required=False)
    query = forms.CharField(max_length=2000, required=False, strip=False)  # spaces may be part of a filter

    def __init__(self, data: QueryDict, *, membership: Membership) -> None:
        super().__init__(data)
        self.membership, self.choices = membership, data.getlist("ticket")

    def clean(self) -> dict[str, Any]:
        """Parse the change and the tickets; problems become form errors."""
        cleaned: dict[str, Any] = super().clean() or {}
        one, _separator, its_change = str(self.data.get("one", "")).partition(":")
        kind, _separator, value = (its_change or cleaned.get("change", "")).partition(":")
        cleaned["kind"], cleaned["value"] = kind, self._clean_value(kind, value)
        if cleaned.get("all") and not one:
            cleaned["seen"], tickets = {}, self._matching(cleaned.get("query", ""))
        else:
            cleaned["seen"] = versions_by_number([one] if one else self.choices)
            tickets = Ticket.objects.for_team(self.membership.team).filter(number__in=cleaned["seen"])
        is_single = len(cleaned["seen"]) == 1
        cleaned["tickets"] = tickets if is_single else _without_target(tickets, kind, cleaned["value"])
        if not self.errors and not cleaned["tickets"].exists():
            self.add_error(None, _("Choose at least one ticket."))
        return cleaned

    def _matching(self, query: str) -> TicketQuerySet:
        ticket_filter = TicketFilter(QueryDict(query), self.membership.team, self.membership.user)
        for problem in filter(None, [ticket_filter.unknown_filters, *ticket_filter.problems]):
            self.add_error(None, problem)
        return ticket_filter.tickets

    def _clean_value(self, name: str, value: str) -> str:
        """The value as a bulk change stores it; adds the error of the change's own form, if any.

        Raises PermissionDenied if the member may not make this change.
        """
        change = BULK_CHANGES.get(name)
        if change is None:
            self.add_error(None, _("Choose what to change."))
            return ""
        if not self.membership.can(change.permission):
            raise PermissionDenied
        if change.form is None:
            return ""
        typed = {name: self.data.get(name, "") for name in change.form.base_fields}
        if value:
            typed[change.form.first_field()] = value
        form = change.form(typed, team=self.membership.team, person=self.membership.user_id)
        if not form.is_valid():
            self.add_error(None, form.problem)
            return ""
        return change.store(form.value)


def _without_target(tickets: TicketQuerySet, kind: str, value: str) -> TicketQuerySet:
    """The tickets other than the one to merge into, which selecting many may include."""
    change = BULK_CHANGES.get(kind)
    is_target = change is not None and change.is_about_a_ticket and bool(value)
    return tickets.exclude(pk=value) if is_target else tickets


class KeptChangeForm(BulkForm):
    """A change that a page kept while it was offline, with a unique `key`."""

    key = forms.UUIDField()
