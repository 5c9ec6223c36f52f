"""The inbox's filters as query parameters."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import serializers

from helpdesk.api.framework.access import Access
from helpdesk.api.framework.fields import KeyOrNoneField, NamedChoiceField, TextField
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.framework.problems import InvalidQuery
from helpdesk.api.v1.ticket_serializer import PRIORITIES
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.conditions import CONDITIONS
from helpdesk.inbox.filters.form import (
    FIRST_REPLY_CHOICES,
    GUESS_CHOICES,
    QUESTION_CHOICES,
    RATING_CHOICES,
    REASONS,
    STATUS_CHOICES,
)
from helpdesk.tickets.models import Topic
from helpdesk.tickets.querysets import TicketQuerySet

# Filters by a named object: if it does not exist, no ticket matches, which is not an error.
NAMING = {"assignee", "resolved_by", "course", "lesson", "producer", "tag"}


class TicketFilterQuery(QuerySerializer):
    """The filters of the inbox, as query parameters."""

    q = TextField(
        required=False,
        max_length=100,
        help_text="Search: number, name or e-mail of the learner, course, lesson, tag, or words of the question, of a "
        "note, of what the learner wrote or of a learner’s comment. Newest first.",
    )
    status = serializers.ChoiceField(
        [value for value, _label in STATUS_CHOICES],
        required=False,
        help_text="A status, including snoozed tickets; or `to_do` for the inbox, which excludes them, `snoozed` "
        "for only these, `done`, or `all`, the default.",
    )
    assignee = TextField(required=False, max_length=20, help_text="ID of a member, `none`, or in a session `me`.")
    course = KeyOrNoneField(required=False, help_text="ID of a course, or `none`: no course in particular.")
    lesson = KeyOrNoneField(
        required=False, help_text="ID of the lesson the learner was in just before asking, or `none`: not known."
    )
    producer = serializers.IntegerField(required=False, min_value=1, help_text="ID of a producer.")
    priority = NamedChoiceField(PRIORITIES, required=False, help_text="Only tickets of this priority.")
    tag = TextField(
        required=False,
        max_length=40,
        help_text="The name of a tag; if there is none of exactly that name, one that differs only in accents.",
    )
    again = serializers.BooleanField(
        required=False, help_text="`true`: only those whose learner asked again; `false`: only those who asked once."
    )
    topic = serializers.ChoiceField(Topic.values, required=False, help_text="What the question is about.")
    question = serializers.ChoiceField(
        [value for value, _label in QUESTION_CHOICES],
        required=False,
        help_text="`known` or `unknown`; or how it became known: on the learner's `page`, by `email`, in answer to the "
        "`first_reply`, by the `team`.",
    )
    first_reply = serializers.ChoiceField(
        [*dict(FIRST_REPLY_CHOICES), *REASONS],
        required=False,
        help_text="The outcome of the first reply: `sent`, `answered`, `unanswered`, `not_sent`; or the reason why "
        "it was not sent.",
    )
    awaiting = serializers.BooleanField(
        required=False,
        help_text="`true`: only tickets whose learner wrote something that nobody has replied to; `false`: the others.",
    )
    rating = serializers.ChoiceField(
        [value for value, _label in RATING_CHOICES],
        required=False,
        help_text="A rating that the learner has given for the help, even if the ticket was reopened since; "
        "`rated`: any rating.",
    )
    failed = serializers.BooleanField(
        required=False,
        help_text="`true`: only tickets with a message that did not reach the learner and that nobody has dealt "
        "with; `false`: the others.",
    )
    requested_from = serializers.DateField(
        required=False, help_text="Asked on this day or later, in the team's time zone."
    )
    requested_to = serializers.DateField(
        required=False, help_text="Asked on this day or earlier, in the team's time zone."
    )
    resolved_from = serializers.DateField(required=False, help_text="Resolved on this day or later.")
    resolved_to = serializers.DateField(required=False, help_text="Resolved on this day or earlier.")
    rated_from = serializers.DateField(
        required=False, help_text="Rated on this day or later; the same rating must match `rating`, too."
    )
    rated_to = serializers.DateField(
        required=False, help_text="Rated on this day or earlier; the same rating must match `rating`, too."
    )
    resolved_by = TextField(
        required=False,
        max_length=20,
        help_text="Rated for a resolution by this member: their ID, `none`, or in a session `me`; the same rating "
        "must match `rating`, too.",
    )
    folded = serializers.BooleanField(
        required=False,
        help_text="`true`: include merged tickets, with `status=all`. The default is `true` with `updated_since`, "
        "otherwise `false`.",
    )
    guess = serializers.ChoiceField(
        [value for value, _label in GUESS_CHOICES],
        required=False,
        help_text="`told`: only tickets for which guesses were shown and whose topic has become known; `right`: "
        "the topic was among the guesses; `wrong`: it was not.",
    )
    weekday = serializers.IntegerField(
        required=False, min_value=1, max_value=7, help_text="Asked on this day of the week; Monday is 1."
    )
    hour = serializers.IntegerField(
        required=False, min_value=0, max_value=23, help_text="Asked in this hour of the day, in the team's time zone."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse `folded` together with a status: merged tickets have no status of their own."""
        if attrs.get("folded") and attrs.get("status", "all") != "all":
            raise serializers.ValidationError({"folded": _("Merged tickets are listed with status=all only.")})
        return attrs


FILTERS = list(TicketFilterQuery._declared_fields)
YES_OR_NO = ["again", "awaiting", "failed"]


class NamedFilter(TicketFilter):
    """The inbox's filter, in which some conditions may be negated: `again=false` and the like."""

    negated: Collection[str] = ()

    @property
    def unsearched(self) -> TicketQuerySet:
        """The tickets that match all filters except the search, unordered."""
        tickets = super().unsearched
        for name in self.negated:
            tickets = tickets.exclude(CONDITIONS[name](True))
        return tickets


def ticket_filter(access: Access, query: dict[str, Any]) -> NamedFilter:
    """The inbox's filter for these parameters. Raises InvalidQuery."""
    data = QueryDict(mutable=True)
    for name in FILTERS:
        value = query.get(name)
        if value is not None and value is not False:
            data[name] = "1" if value is True else str(value)
    data.setdefault("status", "all")
    filtered = NamedFilter(data, access.team, access.user)
    filtered.negated = [name for name in YES_OR_NO if query.get(name) is False]
    errors = {name: messages for name, messages in filtered.errors.items() if name not in NAMING}
    if errors:
        raise InvalidQuery.of_form(errors)
    return filtered
