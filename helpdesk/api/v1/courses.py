"""`/courses`: the courses that learners ask about."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from helpdesk.api.framework.fields import ExpandableField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.list_filters import UpdatedListView, UpdatedQuery
from helpdesk.api.v1.producers import ProducerSerializer
from helpdesk.courses.models import Course
from helpdesk.teams.roles import Permission


class CourseSerializer(ResourceSerializer):
    """A course on Nutror."""

    resource = "courses"
    id = serializers.IntegerField(read_only=True, help_text="ID of the course.")
    hash = serializers.CharField(read_only=True, help_text="Nutror's identifier; unique within the producer.")
    title = serializers.CharField(read_only=True, help_text="The title in the newest event; may be empty.")
    producer = ExpandableField(ProducerSerializer, help_text="The producer who sells the course.")
    created_at = UTCField(read_only=True, help_text="When the first event of this course arrived.")
    updated_at = UTCField(read_only=True, help_text="When it was created, or its title last changed.")

    class Meta:
        model = Course
        fields = ["id", "hash", "title", "producer", "created_at", "updated_at"]


class CourseQuery(UpdatedQuery):
    """The parameters of the list of courses."""

    producer = serializers.IntegerField(required=False, min_value=1, help_text="Only courses of this producer.")
    hash = serializers.CharField(required=False, max_length=128, help_text="Only courses with this Nutror identifier.")


class CourseList(UpdatedListView):
    """The courses that learners ask about."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @list_operation("list_courses", "List courses", CourseSerializer, query=CourseQuery)
    def get(self, request: Any) -> QuerySet[Course]:
        """Returns courses in the order in which they first appeared, or by last change with `updated_since`."""
        asked = {name: self.query[name] for name in ("producer", "hash") if name in self.query}
        return Course.objects.for_team(self.team).filter(**asked)


class CourseDetail(TeamView):
    """One course."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("get_course", "Get a course", response=CourseSerializer)
    def get(self, request: Any, pk: int) -> Course:
        """Returns one course."""
        return self.get_or_404(Course.objects.for_team(self.team), pk=pk)
