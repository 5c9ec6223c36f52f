"""What belongs to conversations, for the operator to look at; secrets and tokens are nowhere in it."""

from __future__ import annotations

from django.contrib import admin

from helpdesk.conversations.models import Attachment, LearnerLink, Rating
from helpdesk.ui.admin import RecordAdmin

TEAM = ("team", admin.RelatedOnlyFieldListFilter)


@admin.register(LearnerLink)
class LearnerLinkAdmin(RecordAdmin):
    """Links to learners' pages; of their tokens only hashes are stored, and not even those are shown."""

    list_display = ["__str__", "team", "ticket", "created_at", "expires_at", "revoked_at", "used_at"]
    list_filter = [TEAM, ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["team", "ticket"]
    search_fields = ["=ticket__number", "ticket__learner__email"]
    fields = ["team", "ticket", "created_at", "expires_at", "revoked_at", "used_at"]
    show_full_result_count = False


@admin.register(Rating)
class RatingAdmin(RecordAdmin):
    """What learners thought of the help."""

    list_display = ["ticket", "team", "score", "comment", "resolved_at", "resolved_by"]
    list_filter = ["score", TEAM]
    list_select_related = ["team", "ticket", "resolved_by"]
    search_fields = ["=ticket__number", "ticket__learner__email"]
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(Attachment)
class AttachmentAdmin(RecordAdmin):
    """Files of conversations, by name; the bytes are to be had on the ticket's page."""

    list_display = ["name", "team", "ticket", "content_type", "size", "uploaded_by", "created_at"]
    list_filter = [TEAM, "content_type"]
    list_select_related = ["team", "ticket", "uploaded_by"]
    search_fields = ["name", "=ticket__number"]
    fields = ["team", "ticket", "message", "name", "content_type", "size", "sha256", "uploaded_by", "created_at"]
    show_full_result_count = False
