"""The admin of conversations, read-only and without secrets or tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from helpdesk.conversations.inbound.admin import InboundEmailAdmin, MailboxAdmin
from helpdesk.conversations.models import (
    Attachment,
    CannedReply,
    Dispatch,
    DispatchEvent,
    FirstReply,
    LearnerLink,
    QuestionRequest,
    Rating,
    SenderIdentity,
    SuppressedAddress,
)
from helpdesk.ui.admin import RecordAdmin

__all__ = ["InboundEmailAdmin", "MailboxAdmin"]

TEAM = ("team", admin.RelatedOnlyFieldListFilter)


class DispatchEventInline(admin.TabularInline):  # type: ignore[type-arg] # not a generic at run time
    """The dispatch's history, oldest first."""

    model = DispatchEvent
    fields = readonly_fields = ("created_at", "state", "detail", "provider_event_id")
    ordering = ("pk",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Dispatch)
class DispatchAdmin(RecordAdmin):
    """Messages on their way to an address."""

    list_display = ["created_at", "recipient", "state", "attempts", "next_try_at", "reason", "team"]
    list_filter = ["state", TEAM]
    list_select_related = ["team"]
    search_fields = ["=recipient", "=email_message_id", "=provider_id", "=message__ticket__number"]
    date_hierarchy = "created_at"
    show_full_result_count = False
    exclude = ["reply_token_hash", "before", "after"]
    inlines = [DispatchEventInline]


@admin.register(SuppressedAddress)
class SuppressedAddressAdmin(RecordAdmin):
    """Addresses that get no e-mail; the team allows them again on its own page."""

    list_display = ["address", "reason", "detail", "suppressed_by", "created_at", "team"]
    list_filter = ["reason", TEAM]
    list_select_related = ["team", "suppressed_by"]
    search_fields = ["address"]
    date_hierarchy = "created_at"


@admin.register(SenderIdentity)
class SenderIdentityAdmin(RecordAdmin):
    """The sender names and addresses of teams; changed on the teams' pages, where the address is confirmed."""

    list_display = ["name", "address", "verified_at", "dns_checked_at", "team"]
    list_filter = [("verified_at", admin.EmptyFieldListFilter)]
    list_select_related = ["team"]
    search_fields = ["name", "address", "team__name"]
    exclude = ["test_token_hash"]


@admin.register(LearnerLink)
class LearnerLinkAdmin(RecordAdmin):
    """Links to learners' pages. Only hashes of their tokens are stored, and they are not shown."""

    list_display = ["__str__", "team", "ticket", "created_at", "expires_at", "revoked_at", "used_at"]
    list_filter = [TEAM, ("revoked_at", admin.EmptyFieldListFilter)]
    list_select_related = ["team", "ticket"]
    search_fields = ["=ticket__number", "ticket__learner__email"]
    fields = ["team", "ticket", "created_at", "expires_at", "revoked_at", "used_at"]
    show_full_result_count = False


@admin.register(Rating)
class RatingAdmin(RecordAdmin):
    """Learners' ratings of the help."""

    list_display = ["ticket", "team", "score", "comment", "resolved_at", "resolved_by"]
    list_filter = ["score", TEAM]
    list_select_related = ["team", "ticket", "resolved_by"]
    search_fields = ["=ticket__number", "ticket__learner__email"]
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(Attachment)
class AttachmentAdmin(RecordAdmin):
    """Names and details of attachments; the files themselves are served on the ticket's page."""

    list_display = ["name", "team", "ticket", "content_type", "size", "uploaded_by", "created_at"]
    list_filter = [TEAM, "content_type"]
    list_select_related = ["team", "ticket", "uploaded_by"]
    search_fields = ["name", "=ticket__number"]
    fields = ["team", "ticket", "message", "name", "content_type", "size", "sha256", "uploaded_by", "created_at"]
    show_full_result_count = False


@admin.register(CannedReply)
class CannedReplyAdmin(RecordAdmin):
    """Teams' canned replies; changed on the teams' pages, which check their variables."""

    list_display = ["name", "course", "team", "use_count", "created_by", "updated_at"]
    list_filter = [TEAM]
    list_select_related = ["team", "course", "created_by"]
    search_fields = ["name", "body"]


@admin.register(FirstReply)
class FirstReplyAdmin(RecordAdmin):
    """Teams' automatic first replies; changed and enabled on the teams' pages, where they are simulated first."""

    list_display = ["__str__", "course", "team", "is_enabled", "delay_minutes", "updated_by", "updated_at"]
    list_filter = ["is_enabled", TEAM]
    list_select_related = ["team", "course", "updated_by"]
    search_fields = ["body", "team__name"]


@admin.register(QuestionRequest)
class QuestionRequestAdmin(RecordAdmin):
    """Whether each learner was asked for their question, and if not, why not."""

    list_display = ["ticket", "team", "kind", "state", "reason", "due_at", "decided_at", "answered_at"]
    list_filter = ["state", "reason", "kind", TEAM]
    list_select_related = ["team", "ticket"]
    search_fields = ["=ticket__number", "ticket__learner__email"]
    date_hierarchy = "created_at"
    show_full_result_count = False
