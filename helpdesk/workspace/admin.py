"""Presence for the operator."""

from __future__ import annotations

from django.contrib import admin

from helpdesk.ui.admin import RecordAdmin
from helpdesk.workspace.models import TicketViewer


@admin.register(TicketViewer)
class TicketViewerAdmin(RecordAdmin):
    """Who has had a ticket open, and when last."""

    list_display = ["seen_at", "user", "ticket", "is_writing", "team"]
    list_filter = [("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "ticket", "team"]
    search_fields = ["=ticket__number", "user__email"]
    date_hierarchy = "seen_at"
    show_full_result_count = False
