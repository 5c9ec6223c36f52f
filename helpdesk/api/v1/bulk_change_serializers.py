"""Bulk changes: the body that starts one, and its representation."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from rest_framework import serializers

from helpdesk.api.framework.fields import InstantField, NamedChoiceField, TextField, TrueField, UTCField
from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.api.v1.tags import TagField
from helpdesk.api.v1.ticket_filter import TicketFilterQuery
from helpdesk.api.v1.ticket_serializer import CHOOSABLE, PRIORITIES
from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.tickets.change_base import ReversibleChange
from helpdesk.tickets.changes import BULK_CHANGES
from helpdesk.tickets.models import TicketEvent

Outcome = BulkChangeItem.Outcome
MOST = 1_000  # tickets per call
WITHOUT_VALUE = {change.null_of: change for change in BULK_CHANGES.values() if change.null_of}  # what null stands for
OUTCOMES = [*(outcome for outcome in Outcome.values if outcome != Outcome.PENDING), "not_found"]


class TicketFilterBody(StrictSerializer, TicketFilterQuery):
    """The filters of the list of tickets, as JSON."""


class WhichTickets(StrictSerializer):
    """The tickets to change: by their numbers, or all that match a filter."""

    takes_one = True
    numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, help_text="Number of a ticket."),
        required=False,
        min_length=1,
        max_length=MOST,
        help_text="The numbers of tickets.",
    )
    filter = TicketFilterBody(required=False, help_text="All tickets that match; at most 1,000.")


class WhatChanges(StrictSerializer):
    """The change to make: exactly one of these fields."""

    takes_one = True
    # Only fields whose values differ from those of their forms are declared; the rest follow from the registry.
    status = serializers.ChoiceField(CHOOSABLE, required=False, help_text="The new status.")
    priority = NamedChoiceField(PRIORITIES, required=False, help_text="The new priority.")
    tag = TagField(required=False, help_text="A tag to add.")
    untag = TagField(required=False, help_text="A tag to remove.")
    snooze = InstantField(
        required=False, allow_null=True, help_text="When they return to the inbox; null brings them back now."
    )

    def get_fields(self) -> dict[str, Any]:
        """A field for each bulk change, in their order, except those for which null stands."""
        declared = super().get_fields()
        asked = [change for change in BULK_CHANGES.values() if not change.null_of]
        return {change.name: declared.get(change.name) or _field_of(change) for change in asked}


def _field_of(change: ReversibleChange) -> serializers.Field[Any, Any, Any, Any]:
    """The JSON field for the change's form field; a TrueField for a change without a form.

    Raises TypeError if the kind of form field is not known here.
    """
    given: dict[str, Any] = {"required": False, "help_text": change.description}
    if change.form is None:
        return TrueField(**given)
    asked: Any = change.form.base_fields[change.form.first_field()]
    empty: dict[str, Any] = {"allow_null": not asked.required or change.name in WITHOUT_VALUE}
    match asked:
        case forms.ModelChoiceField():
            return serializers.IntegerField(min_value=1, **empty, **given)
        case forms.ChoiceField():
            choices: Any = asked.choices
            return serializers.ChoiceField([value for value, _label in choices], **empty, **given)
        case forms.CharField():
            return TextField(max_length=asked.max_length, **empty, **given)
        case forms.DateTimeField():
            return InstantField(**empty, **given)
        case forms.DateField():
            return serializers.DateField(**empty, **given)
        case forms.BooleanField():  # a required one only accepts true
            return TrueField(**given) if asked.required else serializers.BooleanField(**given)
        case forms.IntegerField() if not isinstance(asked, forms.FloatField | forms.DecimalField):
            bounds: dict[str, Any] = {"min_value": asked.min_value, "max_value": asked.max_value}
            return serializers.IntegerField(**bounds, **empty, **given)
    raise TypeError(f"declare the field of WhatChanges for {change.name}")


class NewBulkChange(StrictSerializer):
    """A bulk change to make: which tickets, and the change."""

    example = {"tickets": {"filter": {"status": "to_do", "tag": "acesso"}}, "change": {"priority": "high"}}
    tickets = WhichTickets(help_text="The tickets to change.")
    change = WhatChanges(help_text="What to change on each of them.")


class OutcomeSerializer(serializers.Serializer[Any]):
    """The outcome for one ticket."""

    number = serializers.IntegerField(help_text="Number of the ticket.")
    outcome = serializers.ChoiceField(OUTCOMES, help_text="`unchanged` if there was nothing to change.")
    detail = serializers.CharField(help_text="Why it was refused, or not (or only partly) undone; otherwise empty.")


class CountsSerializer(serializers.Serializer[Any]):
    """How many tickets have each outcome."""

    pending = serializers.IntegerField(help_text="Number of tickets still to be changed.")
    changed = serializers.IntegerField(
        help_text="Number of tickets changed; while the change is being undone, those still to be undone."
    )
    unchanged = serializers.IntegerField(help_text="Number of tickets with nothing to change.")
    refused = serializers.IntegerField(help_text="Number of tickets that were refused.")
    not_found = serializers.IntegerField(help_text="Number of tickets that the team does not have.")
    undone = serializers.IntegerField(help_text="Number of tickets that were restored.")
    not_undone = serializers.IntegerField(help_text="Number of tickets that could not be undone, or only partly.")


class LinksSerializer(serializers.Serializer[Any]):
    """Related addresses."""

    self = serializers.CharField(help_text="The address of this change.")
    undo = serializers.CharField(
        allow_null=True, help_text="The address to undo it with a POST; null if there is nothing to undo."
    )


class BulkChangeSerializer(serializers.Serializer[Any]):
    """A change of many tickets: its progress, and the outcome for each."""

    id = serializers.IntegerField(help_text="ID of the bulk change.")
    status = serializers.ChoiceField(
        ["running", "done", "undoing", "undone"],
        help_text="The progress. `running` and `undoing` are not finished.",
    )
    actor_kind = serializers.ChoiceField(
        TicketEvent.ActorKind.values, help_text="Whether a person or a token asked for it."
    )
    actor_name = serializers.CharField(help_text="The name of the person or token, as it was then.")
    created_at = UTCField(help_text="When the change was asked for.")
    finished_at = UTCField(allow_null=True, help_text="When it, or its undo, was finished; null until then.")
    counts = CountsSerializer(help_text="Number of tickets by outcome.")
    results = OutcomeSerializer(many=True, help_text="Each ticket that was processed, at most 5,000.")
    links = LinksSerializer(help_text="Related addresses.")


def address_of(change: BulkChange) -> str:
    """The URL of the change, which shows its progress."""
    return f"/api/v1/tickets/bulk/{change.pk}"


def represent(change: BulkChange) -> dict[str, Any]:
    """The change in the form of BulkChangeSerializer."""
    items = change.items.exclude(outcome=Outcome.PENDING).order_by("ticket_id")
    results = [
        {"number": number, "outcome": outcome, "detail": reason}
        for number, outcome, reason in items.values_list("ticket__number", "outcome", "reason")
    ]
    results += [{"number": number, "outcome": "not_found", "detail": ""} for number in change.not_found]
    counts = Counter(result["outcome"] for result in results)
    counts[Outcome.PENDING] = change.items.filter(outcome=Outcome.PENDING).count()
    undo = f"{address_of(change)}/undo" if change.can_be_undone(counts[Outcome.CHANGED]) else None
    return {
        "id": change.pk,
        "status": change.state,
        "actor_kind": change.actor_kind,
        "actor_name": change.actor_name,
        "created_at": change.created_at,
        "finished_at": change.finished_at,
        "counts": {name: counts[name] for name in CountsSerializer().fields},
        "results": results,
        "links": {"self": address_of(change), "undo": undo},
    }
