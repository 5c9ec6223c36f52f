"""Producers, courses, learners and their activity, for the operator."""

from typing import Any

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.courses.models import Course, FormerAddress, Learner, LearnerActivity, Lesson, Producer
from helpdesk.ui.admin import RecordAdmin, TeamModelAdmin

TEAM = ("team", admin.RelatedOnlyFieldListFilter)
KEPT = _(
    "Nothing was deleted: there are tickets about what you chose, and tickets stay as the team’s record. To erase a "
    "learner, the team can use Privacy on the learner’s page."
)


class ProtectedByTicketsAdmin(TeamModelAdmin):
    """Rows that cannot be deleted if there are tickets about them; explains what to do instead."""

    def get_deleted_objects(self, objs: Any, request: Any) -> Any:
        """What would be deleted; adds a message if something prevents that."""
        found = super().get_deleted_objects(objs, request)
        if found[-1]:
            messages.warning(request, KEPT)
        return found


@admin.register(Producer)
class ProducerAdmin(ProtectedByTicketsAdmin):
    """Producers: the people or companies that sell the courses."""

    list_display = ["name", "email", "team", "created_at"]
    list_filter = [TEAM]
    list_select_related = ["team"]
    search_fields = ["name", "email"]
    autocomplete_fields = ["team"]
    readonly_fields = ["created_at"]
    date_hierarchy = "created_at"


@admin.register(Course)
class CourseAdmin(ProtectedByTicketsAdmin):
    """The courses, by Nutror's hash."""

    list_display = ["title", "producer", "hash", "team", "created_at"]
    list_filter = [TEAM]
    list_select_related = ["producer", "team"]
    search_fields = ["title", "hash", "producer__name", "producer__email"]
    autocomplete_fields = ["team", "producer"]
    readonly_fields = ["created_at"]
    date_hierarchy = "created_at"


@admin.register(Lesson)
class LessonAdmin(RecordAdmin):
    """The lessons that learners asked for help from, by Nutror's key."""

    list_display = ["title", "course", "key", "team", "created_at"]
    list_filter = [TEAM]
    list_select_related = ["course", "team"]
    search_fields = ["title", "key", "course__title"]
    date_hierarchy = "created_at"


@admin.register(Learner)
class LearnerAdmin(ProtectedByTicketsAdmin):
    """Learners; one who has tickets cannot be deleted."""

    list_display = ["name", "email", "team", "created_at"]
    list_filter = [TEAM]
    list_select_related = ["team"]
    search_fields = ["name", "email"]
    autocomplete_fields = ["team"]
    readonly_fields = ["created_at"]
    date_hierarchy = "created_at"
    show_full_result_count = False

    def get_readonly_fields(self, request: Any, obj: Learner | None = None) -> Any:
        """The address is corrected on the team's pages, which keep the former one for the learner."""
        return [*super().get_readonly_fields(request, obj), *(["email", "team"] if obj else [])]

    def save_model(self, request: Any, obj: Learner, form: Any, change: bool) -> None:
        """Save the learner, recorded as on the team's own pages."""
        super().save_model(request, obj, form, change)
        for name, kind in (("name", Kind.LEARNER_CORRECTED), ("phone", Kind.PHONE_CHANGED)):
            if change and name in form.changed_data:
                record_audit(obj.team_id, kind, request.user, learner_id=obj.pk)

    def has_change_permission(self, request: Any, obj: Learner | None = None) -> bool:
        """Erased learners cannot be changed."""
        return (obj is None or obj.erased_at is None) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: Any, obj: Learner | None = None) -> bool:
        """Erased learners cannot be deleted, since that would delete the receipt of the erasure, or one in progress."""
        return (obj is None or obj.erased_at is None) and super().has_delete_permission(request, obj)


@admin.register(LearnerActivity)
class LearnerActivityAdmin(RecordAdmin):
    """What learners did, according to events."""

    list_display = ["learner", "kind", "lesson_title", "course", "occurred_at", "team"]
    list_filter = ["kind", TEAM]
    list_select_related = ["learner", "course", "team"]
    search_fields = ["learner__email", "learner__name", "lesson_title"]
    date_hierarchy = "occurred_at"
    show_full_result_count = False


@admin.register(FormerAddress)
class FormerAddressAdmin(RecordAdmin):
    """Former addresses of learners; corrected on the team's pages."""

    list_display = ["email", "learner", "created_at", "ended_at", "team"]
    list_filter = [TEAM]
    list_select_related = ["learner", "team"]
    search_fields = ["=email", "=learner__email"]
