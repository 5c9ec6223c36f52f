"""Bulk changes for the operator, read-only."""

from django.contrib import admin

from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.ui.admin import RecordAdmin

TEAM = ("team", admin.RelatedOnlyFieldListFilter)


@admin.register(BulkChange)
class BulkChangeAdmin(RecordAdmin):
    """Bulk changes: who changed many tickets at once."""

    list_display = ["created_at", "actor_name", "kind", "value", "is_undoing", "finished_at", "team"]
    list_filter = ["kind", TEAM]
    list_select_related = ["team"]
    search_fields = ["actor__email", "actor_name", "value"]
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(BulkChangeItem)
class BulkChangeItemAdmin(RecordAdmin):
    """The outcome for each ticket."""

    list_display = ["bulk_change", "ticket", "outcome", "reason", "team"]
    list_filter = ["outcome", TEAM]
    list_select_related = ["bulk_change", "ticket", "team"]
    search_fields = ["=ticket__number", "reason"]
    show_full_result_count = False
