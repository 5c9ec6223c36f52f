"""`/learners/…/activities`: what a learner did in the courses."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from helpdesk.api.framework.fields import ExpandableField, UTCField
from helpdesk.api.framework.operations import list_operation
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.courses import CourseSerializer
from helpdesk.courses.models import Learner, LearnerActivity
from helpdesk.courses.querysets import NEWEST_FIRST
from helpdesk.teams.roles import Permission


class ActivitySerializer(ResourceSerializer):
    """One activity of a learner in the courses, as Eduzz reported it."""

    learner_key = "learner_id"
    id = serializers.IntegerField(read_only=True, help_text="ID of the activity.")
    kind = serializers.ChoiceField(LearnerActivity.Kind.values, read_only=True, help_text="What happened.")
    course = ExpandableField(CourseSerializer, allow_null=True, help_text="The course in which it happened.")
    occurred_at = UTCField(read_only=True, help_text="When it happened, according to the event.")
    lesson_key = serializers.CharField(read_only=True, help_text="Nutror's ID of the lesson; may be empty.")
    lesson_title = serializers.CharField(read_only=True, help_text="Title of the lesson; may be empty.")
    module_title = serializers.CharField(read_only=True, help_text="The title of its module; may be empty.")
    comment_text = serializers.CharField(read_only=True, help_text="The text that the learner wrote; may be empty.")
    rating = serializers.IntegerField(read_only=True, allow_null=True, help_text="The rating of the lesson, 0 to 5.")
    progress = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Progress in the course, in percent."
    )
    inactive_days = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Number of days without activity."
    )

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


class ActivityList(TeamView):
    """What a learner did in the courses."""

    tag = "learners"
    permissions = {"GET": Permission.TICKET_VIEW}

    @list_operation("list_activities", "List a learner's activities", ActivitySerializer, order=NEWEST_FIRST)
    def get(self, request: Any, pk: int) -> QuerySet[LearnerActivity]:
        """Returns what the learner did in the courses, the newest first."""
        return LearnerActivity.objects.of(get_object_or_404(Learner.objects.for_team(self.team), pk=pk))
