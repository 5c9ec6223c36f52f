"""Webhook endpoints and their deliveries, for the operator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from helpdesk.integrations.models import DeliveryAttempt, Disclosure, WebhookDelivery, WebhookEndpoint
from helpdesk.ui.admin import RecordAdmin


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(RecordAdmin):
    """Endpoints, read-only: a team creates and changes them on its own pages, where alone it sees the secret."""

    list_display = ["__str__", "url", "team", "created_at", "disabled_at", "disabled_reason", "failing_since"]
    list_filter = [
        ("disabled_at", admin.EmptyFieldListFilter),
        "disabled_reason",
        ("team", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["team"]
    search_fields = ["url", "description", "team__name"]
    date_hierarchy = "created_at"
    exclude = ["secret", "previous_secret"]


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(RecordAdmin):
    """Deliveries, whether sent or pending."""

    list_display = ["created_at", "event", "state", "attempts", "next_attempt_at", "endpoint", "team"]
    list_filter = ["state", "event", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["endpoint", "team"]
    search_fields = ["=webhook_id", "=ticket__number"]
    date_hierarchy = "created_at"
    show_full_result_count = False

    def get_queryset(self, request: Any) -> QuerySet[WebhookDelivery]:
        """Without bodies, which the list does not need."""
        return super().get_queryset(request).defer("body")


@admin.register(DeliveryAttempt)
class DeliveryAttemptAdmin(RecordAdmin):
    """Each request with its response."""

    list_display = ["at", "delivery", "status_code", "problem", "duration_ms", "url", "team"]
    list_filter = ["problem", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["delivery", "team"]
    search_fields = ["=delivery__webhook_id", "url"]
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(Disclosure)
class DisclosureAdmin(RecordAdmin):
    """Which receivers got which learners' data; kept when the log is gone."""

    list_display = ["receiver", "learner", "first_at", "last_at", "team"]
    list_filter = [("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["learner", "team"]
    search_fields = ["receiver", "learner__name", "=learner__email"]
    date_hierarchy = "last_at"
    show_full_result_count = False
