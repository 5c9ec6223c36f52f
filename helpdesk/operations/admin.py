"""The job queue in the operator's admin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.db.models import QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from procrastinate.contrib.django import models
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin

from helpdesk.operations.admin_input import AnyInputMixin
from helpdesk.operations.admin_names import name_app, name_model

STATUSES = {
    "todo": pgettext_lazy("job", "To do"),
    "doing": pgettext_lazy("job", "Doing"),
    "succeeded": pgettext_lazy("job", "Succeeded"),
    "failed": pgettext_lazy("job", "Failed"),
    "cancelled": pgettext_lazy("job", "Cancelled"),
    "aborted": pgettext_lazy("job", "Aborted"),
}
EVENTS = STATUSES | {
    "deferred": pgettext_lazy("job", "Queued"),
    "started": pgettext_lazy("job", "Started"),
    "deferred_for_retry": pgettext_lazy("job", "Queued to be tried again"),
    "abort_requested": pgettext_lazy("job", "Asked to stop"),
    "scheduled": pgettext_lazy("job", "Due"),
}

name_app("procrastinate", _("Jobs"))
name_model(models.ProcrastinateWorker, _("worker"), _("workers"))
name_model(models.ProcrastinatePeriodicDefer, _("periodic job"), _("periodic jobs"))
name_model(models.ProcrastinateEvent, _("event of a job"), _("events of jobs"), type=_("what happened"), at=_("at"))
name_model(
    models.ProcrastinateJob,
    _("job"),
    _("jobs"),
    id=_("number"),
    queue_name=_("queue"),
    task_name=_("task"),
    priority=_("priority"),
    lock=_("lock"),
    queueing_lock=_("lock in the queue"),
    scheduled_at=_("due at"),
    attempts=_("attempts"),
)

admin.site.unregister(models.ProcrastinateJob)


def _event_lines(job: models.ProcrastinateJob) -> Iterator[str]:
    for event in job.procrastinateevent_set.all():  # read from the database, the newest first
        yield f"{EVENTS.get(event.type, event.type)} · {naturaltime(event.at) if event.at else '–'}"


class StatusFilter(admin.SimpleListFilter):
    """Filter jobs by status."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        """Every status."""
        return STATUSES.items()

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The jobs with the chosen status; all jobs if it is unknown."""
        return queryset.filter(status=self.value()) if self.value() in STATUSES else queryset


@admin.register(models.ProcrastinateJob)
class JobAdmin(AnyInputMixin, ProcrastinateJobAdmin):
    """Jobs belong to no team: only superusers see, retry or end them."""

    fields = [
        "id",
        "task_name",
        "arguments",
        "state",
        "queue_name",
        "lock",
        "queueing_lock",
        "priority",
        "scheduled_at",
        "attempts",
        "history",
    ]
    list_display = ["id", "task_name", "arguments", "state", "queue_name", "attempts", "last_event"]
    list_filter = [StatusFilter, "queue_name", "task_name", "scheduled_at"]
    inlines = []
    actions = ["retry", "cancel", "abort"]

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Only superusers may see the jobs."""
        return bool(request.user.is_superuser)

    def has_module_permission(self, request: Any) -> bool:
        """Only superusers have the jobs in their index."""
        return bool(request.user.is_superuser)

    @admin.display(description=_("Status"), ordering="status")
    def state(self, job: models.ProcrastinateJob) -> str:
        """The job's status in words."""
        return str(STATUSES.get(job.status, job.status))

    @admin.display(description=_("Arguments"))
    def arguments(self, job: models.ProcrastinateJob) -> str:
        """The job's arguments, cut to 2,000 characters."""
        return self.pretty_args(job)

    @admin.display(description=_("Last event"))
    def last_event(self, job: models.ProcrastinateJob) -> str:
        """The last event, and when it happened."""
        return next(iter(_event_lines(job)), "")

    @admin.display(description=_("History"))
    def history(self, job: models.ProcrastinateJob) -> SafeString:
        """The job's events, the newest first."""
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in _event_lines(job)))

    @admin.action(description=_("Try again (those that failed or hang)"))
    def retry(self, request: Any, queryset: QuerySet[models.ProcrastinateJob]) -> None:
        """Queue the jobs again."""
        super().retry(request, queryset)

    @admin.action(description=_("Cancel (those that wait)"))
    def cancel(self, request: Any, queryset: QuerySet[models.ProcrastinateJob]) -> None:
        """Remove the jobs from the queue."""
        super().cancel(request, queryset)

    @admin.action(description=_("Stop (those that wait or run)"))
    def abort(self, request: Any, queryset: QuerySet[models.ProcrastinateJob]) -> None:
        """Remove waiting jobs from the queue, and ask running ones to end."""
        super().abort(request, queryset)
