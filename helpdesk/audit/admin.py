"""The audit log of all teams and of the operator's own actions, for superusers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from helpdesk.audit.models import AuditEvent
from helpdesk.ui.admin import RecordAdmin


@admin.register(AuditEvent)
class AuditEventAdmin(RecordAdmin):
    """The audit log, read-only; the database refuses changes too."""

    list_display = ["created_at", "team", "actor_name", "kind", "about", "details", "learner_id", "address"]
    list_filter = ["kind"]
    list_select_related = ["team"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """The events of all teams."""
        return AuditEvent.objects.all()

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Superusers only; a team's owners have their own page."""
        return bool(request.user.is_superuser)

    def has_module_permission(self, request: Any) -> bool:
        """Only superusers see it in the index."""
        return self.has_view_permission(request)
