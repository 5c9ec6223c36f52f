"""The queue of jobs, for the operator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.operations.admin_input import AnyInputMixin

admin.site.unregister(ProcrastinateJob)


@admin.register(ProcrastinateJob)
class JobAdmin(AnyInputMixin, ProcrastinateJobAdmin):
    """Jobs are of no team: a superuser alone sees them, retries them and ends them."""

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Whether somebody may see the jobs: superusers alone."""
        return bool(request.user.is_superuser)

    def has_module_permission(self, request: Any) -> bool:
        """Whether the jobs are listed: for superusers alone."""
        return bool(request.user.is_superuser)
