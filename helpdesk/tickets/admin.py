"""Tickets for the operator, changed by the same actions as on the dashboard."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.tickets import changes
from helpdesk.tickets.actions import ActionRefused, TagExists, change_tag
from helpdesk.tickets.actions.tags import check_tag_name
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change_base import Change
from helpdesk.tickets.models import Message, Tag, Ticket, TicketEvent
from helpdesk.ui.admin import RecordAdmin, TeamModelAdmin
from helpdesk.ui.forms import refusals_as_errors

TEAM = ("team", admin.RelatedOnlyFieldListFilter)


class TicketForm(forms.ModelForm):  # type: ignore[type-arg]
    """The fields that an operator may change; refusals are the same as on the dashboard, and become form errors."""

    class Meta:
        model = Ticket
        fields = ["status", "priority", "assignee"]

    def clean(self) -> dict[str, Any]:
        """Try the actions and roll them back, so that a refusal becomes a form error.

        The ticket stays locked until it is saved, so that what succeeded here is not refused then.
        """
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and self.instance.pk:
            ticket = Ticket.objects.select_for_update(no_key=True).get(pk=self.instance.pk)
            with refusals_as_errors(), transaction.atomic():
                apply(ticket, Actor.system(), data)
                transaction.set_rollback(True)
        return data


def apply(ticket: Ticket, actor: Actor, data: dict[str, Any]) -> None:
    """Call the action of every field; actions with nothing to change do nothing."""
    for change in (changes.ASSIGNEE, changes.STATUS, changes.PRIORITY):
        if change.name in data:
            change.make(ticket, actor, data[change.name])


class RecordInline(admin.TabularInline):  # type: ignore[type-arg]
    """Read-only rows."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


class FactColumns:
    """The old and the new value of an event, as columns."""

    @admin.display(description=_("old value"))
    def before(self, event: TicketEvent) -> str:
        """The value before the change, under its name at the time."""
        return event.fact.old_value

    @admin.display(description=_("new value"))
    def after(self, event: TicketEvent) -> str:
        """The value after the change, under its name at the time."""
        return event.fact.new_value


class TicketEventInline(FactColumns, RecordInline):
    """The ticket's history."""

    model = TicketEvent
    fields = readonly_fields = ("created_at", "kind", "actor_kind", "actor_name", "before", "after")


class MessageInline(RecordInline):
    """What was written on the ticket."""

    model = Message
    fields = readonly_fields = ("created_at", "kind", "author_name", "body")


@admin.register(Ticket)
class TicketAdmin(TeamModelAdmin):
    """Tickets; status, priority and assignee are changed by actions, everything else is read-only."""

    form = TicketForm
    list_display = ["__str__", "team", "learner", "course", "status", "priority", "assignee", "requested_at"]
    list_filter = ["status", "priority", TEAM, ("merged_into", admin.EmptyFieldListFilter)]
    list_select_related = ["team", "learner", "course", "assignee"]
    search_fields = ["=number", "learner__email", "learner__name", "course__title"]
    autocomplete_fields = ["assignee"]
    date_hierarchy = "requested_at"
    show_full_result_count = False
    inlines = [TicketEventInline, MessageInline]
    actions = ["resolve", "reopen"]
    readonly_fields = [
        "team",
        "number",
        "learner",
        "course",
        "lesson",
        "producer",
        "merged_into",
        "request_count",
        "requested_at",
        "created_at",
        "last_activity_at",
        "response_due_at",
        "first_responded_at",
        "resolved_at",
        "snoozed_until",
    ]

    def has_add_permission(self, request: Any) -> bool:
        """Nobody: tickets are opened by events and on the dashboard."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Nobody: tickets are closed, not deleted."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Merged tickets cannot be changed."""
        return super().has_change_permission(request, obj) and not (obj and obj.is_merged)

    def save_model(self, request: Any, obj: Ticket, form: Any, change: bool) -> None:
        """Make the changes with the actions, in the operator's name."""
        apply(Ticket.objects.get(pk=obj.pk), Actor.person(request.user), form.cleaned_data)

    @admin.action(description=_("Resolve"), permissions=["change"])
    def resolve(self, request: Any, tickets: QuerySet[Ticket]) -> None:
        """Resolve the selected tickets."""
        self._make(request, tickets, changes.RESOLVE)

    @admin.action(description=_("Reopen"), permissions=["change"])
    def reopen(self, request: Any, tickets: QuerySet[Ticket]) -> None:
        """Reopen the selected tickets."""
        self._make(request, tickets, changes.REOPEN)

    def _make(self, request: Any, tickets: QuerySet[Ticket], change: Change) -> None:
        done = 0
        for ticket in tickets:
            try:
                change.make(ticket, Actor.person(request.user))
            except ActionRefused as refused:
                self.message_user(request, f"{ticket}: {refused}", messages.ERROR)
            else:
                done += 1
        message = ngettext("%(count)s ticket was changed.", "%(count)s tickets were changed.", done)
        self.message_user(request, message % {"count": done})


@admin.register(TicketEvent)
class TicketEventAdmin(FactColumns, RecordAdmin):
    """The histories of all tickets."""

    list_display = ["created_at", "ticket", "kind", "actor_kind", "actor_name", "before", "after", "team"]
    list_filter = ["kind", "actor_kind", TEAM]
    list_select_related = ["ticket", "team"]
    search_fields = ["=ticket__number", "actor_name"]
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    """Messages of every kind: notes, replies, and what learners wrote."""

    list_display = ["created_at", "ticket", "kind", "author_name", "__str__", "team"]
    list_filter = ["kind", TEAM]
    list_select_related = ["ticket", "team"]
    search_fields = ["=ticket__number", "author_name", "body"]
    date_hierarchy = "created_at"
    show_full_result_count = False


class TagForm(forms.ModelForm):  # type: ignore[type-arg]
    """A tag; names that are refused on the team's pages are refused here, too."""

    class Meta:
        model = Tag
        fields = ["team", "name", "color"]

    def clean_name(self) -> str:
        """A new name must be one that the action takes."""
        name: str = self.cleaned_data["name"]
        if name != self.instance.name:
            with refusals_as_errors():
                check_tag_name(name)
        return name


@admin.register(Tag)
class TagAdmin(TeamModelAdmin):
    """Tags, by which teams group their tickets."""

    form = TagForm
    name_fields: ClassVar[list[str]] = []
    key_fields: ClassVar[list[str]] = ["name"]
    list_display = ["name", "color", "team"]
    list_filter = [TEAM]
    list_select_related = ["team"]
    search_fields = ["name"]
    autocomplete_fields = ["team"]

    def save_model(self, request: Any, obj: Tag, form: Any, change: bool) -> None:
        """Rename a tag in saved views as well, as on the team's pages. Raises IntegrityError if the name is taken."""
        if change and "name" in form.changed_data:
            try:
                change_tag(obj, obj.name, obj.color)
            except TagExists as taken:
                raise IntegrityError from taken
        super().save_model(request, obj, form, change)
