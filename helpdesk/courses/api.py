"""Learners, courses and producers in the API."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import ExpandableField, InstantField, TextField, UTCField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.pagination import Order
from helpdesk.api.framework.parameters import PageQuery, query_of
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.courses.contact import clean_phone
from helpdesk.courses.models import Course, Learner, LearnerActivity, Producer
from helpdesk.teams.roles import Permission
from helpdesk.ui.names import clean_key


class ProducerSerializer(ResourceSerializer):
    """Who sells courses."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    email = serializers.CharField(read_only=True, help_text="In lower case; unique within the team.")
    name = serializers.CharField(read_only=True, help_text="As the newest event has it; may be empty.")
    created_at = UTCField(read_only=True, help_text="When the first event of this producer came.")

    class Meta:
        model = Producer
        fields = ["id", "email", "name", "created_at"]


class CourseSerializer(ResourceSerializer):
    """A course on Nutror."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    hash = serializers.CharField(read_only=True, help_text="Nutror's identifier; unique within the producer.")
    title = serializers.CharField(read_only=True, help_text="As the newest event has it; may be empty.")
    producer = ExpandableField(ProducerSerializer, help_text="Who sells it.")
    created_at = UTCField(read_only=True, help_text="When the first event of this course came.")
    updated_at = UTCField(read_only=True, help_text="When it was made, or its title last changed.")

    class Meta:
        model = Course
        fields = ["id", "hash", "title", "producer", "created_at", "updated_at"]


class LearnerSerializer(ResourceSerializer):
    """A student."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    email = serializers.CharField(read_only=True, help_text="In lower case; unique within the team.")
    name = serializers.CharField(read_only=True, help_text="As the newest event has it; may be empty.")
    phone = serializers.CharField(read_only=True, help_text="Digits with the country; empty where it is not known.")
    created_at = UTCField(read_only=True, help_text="When the first event of this learner came.")
    updated_at = UTCField(read_only=True, help_text="When they were made known, or their name or phone last changed.")

    class Meta:
        model = Learner
        fields = ["id", "email", "name", "phone", "created_at", "updated_at"]


class ActivitySerializer(ResourceSerializer):
    """One thing that a learner did or that happened to them."""

    id = serializers.IntegerField(read_only=True, help_text="The key.")
    kind = serializers.ChoiceField(LearnerActivity.Kind.values, read_only=True, help_text="What happened.")
    course = ExpandableField(CourseSerializer, allow_null=True, help_text="In which course.")
    occurred_at = UTCField(read_only=True, help_text="When it happened, by the event.")
    lesson_key = serializers.CharField(read_only=True, help_text="Nutror's id of the lesson; may be empty.")
    lesson_title = serializers.CharField(read_only=True, help_text="Its title; may be empty.")
    module_title = serializers.CharField(read_only=True, help_text="The title of its module; may be empty.")
    comment_text = serializers.CharField(read_only=True, help_text="What was written; may be empty.")
    rating = serializers.IntegerField(read_only=True, allow_null=True, help_text="Of the lesson, 0 to 5.")
    progress = serializers.IntegerField(read_only=True, allow_null=True, help_text="Percent of the course done.")
    inactive_days = serializers.IntegerField(read_only=True, allow_null=True, help_text="Days without activity.")

    class Meta:
        model = LearnerActivity
        fields = [
            "id",
            "kind",
            "course",
            "occurred_at",
            "lesson_key",
            "lesson_title",
            "module_title",
            "comment_text",
            "rating",
            "progress",
            "inactive_days",
        ]


class EmailQuery(PageQuery):
    """Which page, or the one of an address."""

    email = serializers.EmailField(required=False, max_length=254, help_text="Only the one with this address.")


class UpdatedQuery(PageQuery):
    """Which page, or those that have changed."""

    updated_since = InstantField(
        required=False,
        help_text="Only those made or changed at this moment or later, in the order of `updated_at`. Ask again "
        "from a few minutes before the latest that you have seen, since a change that is just being made may bear an "
        "earlier time.",
    )


class LearnerQuery(UpdatedQuery, EmailQuery):
    """Which learners."""


class CourseQuery(UpdatedQuery):
    """Which courses."""

    producer = serializers.IntegerField(required=False, min_value=1, help_text="Only those of this producer.")
    hash = serializers.CharField(required=False, max_length=128, help_text="Only those with Nutror's identifier.")


class LearnerChange(StrictSerializer):
    """What the team itself knows of a learner."""

    example = {"phone": "+55 11 91234-5678"}
    phone = TextField(
        allow_blank=True, max_length=30, help_text="With the country, unless it is Brazilian; empty forgets it."
    )

    def validate_phone(self, text: str) -> str:
        """Digits with the country."""
        try:
            return clean_phone(text)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from None


BY_KEY, BY_CHANGE = Order(("id",)), Order(("updated_at", "id"))


def of_email(rows: Any, query: dict[str, Any]) -> Any:
    """The one of the address that is asked for, or all."""
    return rows.filter(email=clean_key(query["email"])) if "email" in query else rows


class UpdatedView(TeamView):
    """What the lists of things that change share."""

    def page_by_change(self, serializer: type[ResourceSerializer], rows: Any) -> Response:
        """In the order in which they came; or with `updated_since` those that have changed, in the order of that."""
        since = self.query.get("updated_since")
        if since is None:
            return self.page(serializer, rows, BY_KEY)
        return self.page(serializer, rows.filter(updated_at__gte=since), BY_CHANGE, "updated_at")


class ProducerList(TeamView):
    """The producers whose courses the team serves."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @operation(
        "list_producers",
        "List producers",
        query=query_of(ProducerSerializer, EmailQuery),
        response=ProducerSerializer,
        page=True,
    )
    def get(self, request: Any) -> Response:
        """In the order in which they came."""
        return self.page(ProducerSerializer, of_email(Producer.objects.for_team(self.team), self.query), BY_KEY)


class ProducerDetail(TeamView):
    """One producer."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("get_producer", "Get a producer", query=query_of(ProducerSerializer), response=ProducerSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """By its key."""
        return self.show(ProducerSerializer, get_object_or_404(Producer.objects.for_team(self.team), pk=pk))


class CourseList(UpdatedView):
    """The courses that learners ask about."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @operation(
        "list_courses",
        "List courses",
        query=query_of(CourseSerializer, CourseQuery),
        response=CourseSerializer,
        page=True,
    )
    def get(self, request: Any) -> Response:
        """In the order in which they came, unless you ask for changes."""
        asked = {name: self.query[name] for name in ("producer", "hash") if name in self.query}
        return self.page_by_change(CourseSerializer, self.related(Course.objects.for_team(self.team).filter(**asked)))


class CourseDetail(TeamView):
    """One course."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("get_course", "Get a course", query=query_of(CourseSerializer), response=CourseSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """By its key."""
        return self.show(CourseSerializer, get_object_or_404(self.related(Course.objects.for_team(self.team)), pk=pk))


class LearnerList(UpdatedView):
    """The learners that the team knows."""

    tag = "learners"
    permissions = {"GET": Permission.TICKET_VIEW}

    @operation(
        "list_learners",
        "List learners",
        query=query_of(LearnerSerializer, LearnerQuery),
        response=LearnerSerializer,
        page=True,
    )
    def get(self, request: Any) -> Response:
        """In the order in which they came, unless you ask for changes."""
        return self.page_by_change(LearnerSerializer, of_email(Learner.objects.for_team(self.team), self.query))


class LearnerDetail(TeamView):
    """One learner."""

    tag = "learners"
    permissions = {"GET": Permission.TICKET_VIEW, "PATCH": Permission.TICKET_CHANGE}

    def find(self, pk: int) -> Learner:
        """The team's learner; else 404."""
        return get_object_or_404(Learner.objects.for_team(self.team), pk=pk)

    @operation("get_learner", "Get a learner", query=query_of(LearnerSerializer), response=LearnerSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """By their key."""
        return self.show(LearnerSerializer, self.find(pk))

    @operation(
        "change_learner",
        "Set a learner's phone",
        query=query_of(LearnerSerializer),
        body=LearnerChange,
        response=LearnerSerializer,
    )
    def patch(self, request: Any, pk: int) -> Response:
        """Name and address are the events' own and cannot be changed."""
        learner = self.find(pk)
        learner.phone = self.body["phone"]
        learner.save(update_fields=["phone", "updated_at"])
        return self.show(LearnerSerializer, learner)


class Activities(TeamView):
    """What a learner did in the courses."""

    tag = "learners"
    permissions = {"GET": Permission.TICKET_VIEW}

    @operation(
        "list_activities",
        "List a learner's activities",
        query=query_of(ActivitySerializer, PageQuery),
        response=ActivitySerializer,
        page=True,
    )
    def get(self, request: Any, pk: int) -> Response:
        """The newest first."""
        learner = get_object_or_404(Learner.objects.for_team(self.team), pk=pk)
        activities = self.related(LearnerActivity.objects.of(learner))
        return self.page(ActivitySerializer, activities, Order(("occurred_at", "id"), is_descending=True))
