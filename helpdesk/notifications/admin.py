"""Browsers that receive notifications, for the operator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from helpdesk.notifications.models import PushSubscription
from helpdesk.ui.admin import RecordAdmin


@admin.register(PushSubscription)
class PushSubscriptionAdmin(RecordAdmin):
    """A browser that receives notifications, and its state. The address is as good as a key, so it is not shown."""

    list_display = ["user", "browser", "created_at", "used_at", "failing_since", "paused_until"]
    list_filter = [("failing_since", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]
    date_hierarchy = "created_at"
    fields = [
        "user",
        "browser",
        "push_service",
        "created_at",
        "used_at",
        "failing_since",
        "paused_until",
    ]

    readonly_fields = ["push_service"]

    @admin.display(description=_("push service"))
    def push_service(self, subscription: PushSubscription) -> str:
        """The host of the push service; the rest of its address is secret."""
        return subscription.push_service

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Staff with the permission may end a subscription."""
        return bool(request.user.has_perm("notifications.delete_pushsubscription"))
