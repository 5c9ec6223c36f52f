"""The audit log of all teams, and what was done for all of them, for superusers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from helpdesk.audit.models import AuditEvent
from helpdesk.ui.admin import RecordAdmin


@admin.register(AuditEvent)
class AuditEventAdmin(RecordAdmin):
    """The audit log, to be read; the database lets nobody change it."""

    list_display = ["created_at", "team", "actor_name", "kind", "about", "details", "learner_id", "address"]
    list_filter = ["kind"]
    list_select_related = ["team"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """The entries of all teams."""
        return AuditEvent.objects.all()

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """A superuser's; owners have their team's on its pages."""
        return bool(request.user.is_superuser)

    def has_module_permission(self, request: Any) -> bool:
        """Whether the audit log is listed: for superusers alone."""
        return self.has_view_permission(request)
