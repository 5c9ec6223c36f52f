"""Representations of tickets in the API and in outgoing webhooks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from helpdesk.api.framework.fields import ExpandableField, NamedChoiceField, UTCField
from helpdesk.api.framework.parameters import ExpandField, FieldsField, QuerySerializer
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.v1.courses import CourseSerializer
from helpdesk.api.v1.learners import LearnerSerializer
from helpdesk.api.v1.lessons import LessonSerializer
from helpdesk.api.v1.members import PersonSerializer
from helpdesk.api.v1.producers import ProducerSerializer
from helpdesk.conversations.guesses import Basis, Guess, guesses_for
from helpdesk.courses.models import LearnerActivity
from helpdesk.teams.models import Team
from helpdesk.tickets.learner_context import LearnerContext, contexts_of
from helpdesk.tickets.models import CHOOSABLE_STATUSES, Priority, QuestionOrigin, Status, Ticket, Topic, Urgency
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.isolation import plain

CHOOSABLE = [status.value for status in CHOOSABLE_STATUSES]
PRIORITIES = {priority.value: priority.name.lower() for priority in Priority}
URGENCIES = {urgency.value: urgency.name.lower() for urgency in Urgency}


class ContextSerializer(serializers.Serializer[LearnerContext]):
    """What the learner was doing before the help request; values that are not known are null or empty."""

    step = serializers.ChoiceField(LearnerActivity.Kind.values, allow_null=True, help_text="The kind of the last step.")
    lesson = serializers.CharField(help_text="The title of the lesson of that step.")
    seconds_before = serializers.IntegerField(allow_null=True, help_text="How long before the request that step was.")
    progress = serializers.IntegerField(allow_null=True, help_text="Progress in the course at that time, in percent.")
    sentence = serializers.CharField(help_text="The event as a sentence, in the language of `Accept-Language`.")


def shown_context(context: LearnerContext) -> dict[str, Any]:
    """What ContextSerializer would return, but that would take a fifth of a list's time."""
    step = context.last_step
    return {
        "step": step.kind if step else None,
        "lesson": context.lesson,
        "seconds_before": int((context.asked_at - step.occurred_at).total_seconds()) if step else None,
        "progress": context.progress,
        "sentence": plain(context.sentence),
    }


class TicketSerializer(ResourceSerializer):
    """A ticket: one help request of a learner."""

    learner_key = "learner_id"
    number = serializers.IntegerField(read_only=True, help_text="The number used by the team and in addresses.")
    url = serializers.SerializerMethodField(help_text="Address of the ticket's page in the dashboard.")
    status = serializers.ChoiceField(Status.values, read_only=True, help_text="The status of the ticket.")
    priority = NamedChoiceField(PRIORITIES, read_only=True, help_text="The ticket's priority.")
    urgency = NamedChoiceField(
        URGENCIES, read_only=True, help_text="Its group in the inbox, by status, priority and repeated requests."
    )
    learner = ExpandableField(LearnerSerializer, help_text="The learner who asked for help.")
    course = ExpandableField(CourseSerializer, allow_null=True, help_text="The course that it is about.")
    lesson = ExpandableField(
        LessonSerializer,
        allow_null=True,
        help_text="The lesson where the learner was just before asking, if known; it may become known later.",
    )
    producer = ExpandableField(ProducerSerializer, allow_null=True, help_text="The producer of the course.")
    assignee = ExpandableField(PersonSerializer, allow_null=True, help_text="The member who is responsible.")
    tags = serializers.SerializerMethodField(help_text="The names of its tags, sorted.")
    question = serializers.CharField(
        read_only=True, help_text="What the learner wants to know, once it has been stated; otherwise empty."
    )
    topic = serializers.ChoiceField(
        ["", *Topic.values], read_only=True, help_text="The question's topic, if one was chosen."
    )
    question_origin = serializers.ChoiceField(
        ["", *QuestionOrigin.values],
        read_only=True,
        help_text="How the question first became known: by the learner on their page or by e-mail, by the learner in "
        "answer to the first reply, or by the team.",
    )
    question_known_at = UTCField(read_only=True, allow_null=True, help_text="When the question became known.")
    awaiting_reply_since = UTCField(
        read_only=True, allow_null=True, help_text="When the learner wrote something that nobody has replied to yet."
    )
    continues = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        source="continues.number",
        help_text="The number of the finished ticket that this one continues, because it was too late to reopen it.",
    )
    request_count = serializers.IntegerField(
        read_only=True, help_text="How often the learner asked: this request and those merged into it."
    )
    merged_into = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        source="merged_into.number",
        help_text="The number of the ticket that this one is merged into, and which represents it.",
    )
    requested_at = UTCField(read_only=True, help_text="When the learner asked.")
    created_at = UTCField(read_only=True, help_text="When the ticket was stored.")
    last_activity_at = UTCField(read_only=True, help_text="When it was last changed; used by `updated_since`.")
    first_responded_at = UTCField(read_only=True, allow_null=True, help_text="When a person first replied.")
    sending_failed_at = UTCField(
        read_only=True,
        allow_null=True,
        help_text="When a message failed to reach the learner; null once somebody has dealt with it.",
    )
    resolved_at = UTCField(read_only=True, allow_null=True, help_text="When it was resolved or closed.")
    snoozed_until = UTCField(read_only=True, allow_null=True, help_text="When it returns to the inbox.")
    response_due_at = UTCField(read_only=True, help_text="When the team's answer is due.")
    is_overdue = serializers.BooleanField(read_only=True, help_text="Whether the answer is overdue.")
    version = serializers.IntegerField(
        read_only=True, help_text="Increases with every change; the `ETag` is derived from it."
    )
    context = serializers.SerializerMethodField(  # type: ignore[assignment] # a field of that name
        help_text="What the learner was doing just before."
    )

    class Meta:
        model = Ticket
        fields = [
            "number",
            "url",
            "status",
            "priority",
            "urgency",
            "learner",
            "course",
            "lesson",
            "producer",
            "assignee",
            "tags",
            "question",
            "topic",
            "question_origin",
            "question_known_at",
            "awaiting_reply_since",
            "continues",
            "request_count",
            "merged_into",
            "requested_at",
            "created_at",
            "last_activity_at",
            "first_responded_at",
            "sending_failed_at",
            "resolved_at",
            "snoozed_until",
            "response_due_at",
            "is_overdue",
            "version",
            "context",
        ]

    @cached_property
    def team_address(self) -> str:
        """The URL of the team's inbox, to which the tickets' paths are appended."""
        return settings.BASE_URL + reverse("inbox", args=[self.serializer_context["team"].slug])

    def get_url(self, ticket: Ticket) -> str:
        """The URL of the ticket's page."""
        return self.team_address + ticket.address

    def get_tags(self, ticket: Ticket) -> list[str]:
        """The tags, sorted; a ticket just created has none."""
        return [] if ticket.version == 1 else [tag.name for tag in ticket.tags.all()]

    def get_context(self, ticket: Ticket) -> ContextSerializer:
        """The context, from those that were read for all tickets at once."""
        shown: Any = shown_context(self.serializer_context["contexts"][ticket.pk])
        return shown  # type: ignore[no-any-return] # its type is for the schema


class GuessSerializer(serializers.Serializer[Guess]):
    """A topic that the ticket may be about."""

    topic = serializers.ChoiceField(Topic.values, help_text="What the question is about.")
    basis = serializers.ChoiceField(
        [basis.value for basis in Basis],
        source="evidence.basis.value",
        help_text="What was counted: tickets of the lesson, the course or the team, or of learners who began the "
        "course in the same way (`beginning`) or enrolled as recently (`age`); `rule` if it is only a "
        "rule of thumb.",
    )
    count = serializers.IntegerField(source="evidence.count", help_text="How many of these were about the topic.")
    of = serializers.IntegerField(source="evidence.of", help_text="How many there are; 0 for a rule of thumb.")
    why = serializers.CharField(help_text="The same in words, in the language of `Accept-Language`.")


class SingleTicketSerializer(TicketSerializer):
    """A ticket with fields that are too expensive to include in a list."""

    guesses = serializers.SerializerMethodField(
        help_text="The probable topics, the likeliest first: at most three, and none once the question is known. "
        "They are counted among the team’s own tickets, and only included when you read a single ticket."
    )

    class Meta(TicketSerializer.Meta):
        fields = [*TicketSerializer.Meta.fields, "guesses"]

    @extend_schema_field(GuessSerializer(many=True))
    def get_guesses(self, ticket: Ticket) -> Any:
        """What it is probably about, read for this ticket alone."""
        return [GuessSerializer(guess).data for guess in guesses_for(ticket)]


def with_relations(tickets: TicketQuerySet, fields: Collection[str] | None, expand: Iterable[str]) -> Any:
    """The tickets with the relations that their representation needs, in a constant number of queries."""
    tickets = tickets.select_related("merged_into", "continues", *expand)
    return tickets.prefetch_related("tags") if not fields or "tags" in fields else tickets


def contexts_for(tickets: list[Ticket], fields: Collection[str] | None) -> dict[int, LearnerContext]:
    """What each learner was doing, by the ticket's primary key; empty if the context is not shown."""
    return contexts_of(tickets) if tickets and (not fields or "context" in fields) else {}


def describe_tickets(team: Team, tickets: TicketQuerySet, expand: Collection[str] = ()) -> list[dict[str, Any]]:
    """The representations of these tickets, for outgoing webhooks."""
    found = list(with_relations(tickets, None, expand))
    context = {"team": team, "expand": expand, "contexts": contexts_for(found, None)}
    return [dict(shown) for shown in TicketSerializer(found, many=True, context=context).data]


class TicketQuery(QuerySerializer):
    """The parameters of one ticket: which fields to show, and what to expand."""

    fields = FieldsField(TicketSerializer)  # type: ignore[assignment] # a parameter of that name
    expand = ExpandField(TicketSerializer)
