"""`/lessons`: the lessons in which learners were when they asked for help."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from helpdesk.api.framework.fields import ExpandableField, UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.courses import CourseSerializer
from helpdesk.api.v1.list_filters import UpdatedListView, UpdatedQuery
from helpdesk.courses.models import Lesson
from helpdesk.teams.roles import Permission


class LessonSerializer(ResourceSerializer):
    """A lesson in which somebody was just before asking for help."""

    resource = "courses"
    id = serializers.IntegerField(read_only=True, help_text="ID of the lesson.")
    title = serializers.CharField(read_only=True, help_text="The title, from the learners' activity.")
    course = ExpandableField(CourseSerializer, help_text="The course that it belongs to.")
    created_at = UTCField(read_only=True, help_text="When somebody first asked for help from it.")
    updated_at = UTCField(read_only=True, help_text="When it was created, or its title last changed.")

    class Meta:
        model = Lesson
        fields = ["id", "title", "course", "created_at", "updated_at"]


class LessonQuery(UpdatedQuery):
    """The parameters of the list of lessons."""

    course = serializers.IntegerField(required=False, min_value=1, help_text="Only lessons of this course.")


class LessonList(UpdatedListView):
    """The lessons that learners asked for help from; others are not listed."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @list_operation("list_lessons", "List lessons", LessonSerializer, query=LessonQuery)
    def get(self, request: Any) -> QuerySet[Lesson]:
        """Returns lessons in the order in which they first appeared, or by last change with `updated_since`."""
        asked = {name: self.query[name] for name in ("course",) if name in self.query}
        return Lesson.objects.for_team(self.team).filter(**asked)


class LessonDetail(TeamView):
    """One lesson."""

    tag = "courses"
    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("get_lesson", "Get a lesson", response=LessonSerializer)
    def get(self, request: Any, pk: int) -> Lesson:
        """Returns one lesson."""
        return self.get_or_404(Lesson.objects.for_team(self.team), pk=pk)
