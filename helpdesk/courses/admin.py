"""Producers, courses, learners and their activity, for the operator."""

from django.contrib import admin

from helpdesk.courses.models import Course, Learner, LearnerActivity, Producer
from helpdesk.ui.admin import RecordAdmin, TeamModelAdmin

TEAM = ("team", admin.RelatedOnlyFieldListFilter)


@admin.register(Producer)
class ProducerAdmin(TeamModelAdmin):
    """Who sells the courses."""

    list_display = ["name", "email", "team", "created_at"]
    list_filter = [TEAM]
    list_select_related = ["team"]
    search_fields = ["name", "email"]
    autocomplete_fields = ["team"]
    readonly_fields = ["created_at"]
    date_hierarchy = "created_at"


@admin.register(Course)
class CourseAdmin(TeamModelAdmin):
    """The courses, by Nutror's hash."""

    list_display = ["title", "producer", "hash", "team", "created_at"]
    list_filter = [TEAM]
    list_select_related = ["producer", "team"]
    search_fields = ["title", "hash", "producer__name", "producer__email"]
    autocomplete_fields = ["team", "producer"]
    readonly_fields = ["created_at"]
    date_hierarchy = "created_at"


@admin.register(Learner)
class LearnerAdmin(TeamModelAdmin):
    """The students."""

    list_display = ["name", "email", "team", "created_at"]
    list_filter = [TEAM]
    list_select_related = ["team"]
    search_fields = ["name", "email"]
    autocomplete_fields = ["team"]
    readonly_fields = ["created_at"]
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(LearnerActivity)
class LearnerActivityAdmin(RecordAdmin):
    """What learners did, as the events said."""

    list_display = ["learner", "kind", "lesson_title", "course", "occurred_at", "team"]
    list_filter = ["kind", TEAM]
    list_select_related = ["learner", "course", "team"]
    search_fields = ["learner__email", "learner__name", "lesson_title"]
    date_hierarchy = "occurred_at"
    show_full_result_count = False
