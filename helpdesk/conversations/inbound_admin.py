"""Mailboxes and what came in, for the operator; passwords are nowhere in it."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.models import IgnoredSender, InboundEmail, Mailbox
from helpdesk.ui.admin import RecordAdmin

TEAM = ("team", admin.RelatedOnlyFieldListFilter)


@admin.register(Mailbox)
class MailboxAdmin(RecordAdmin):
    """Where e-mail of teams comes from; changed on their pages."""

    list_display = ["address", "kind", "is_enabled", "last_ok_at", "last_error", "team"]
    list_filter = ["kind", "is_enabled", TEAM]
    list_select_related = ["team"]
    search_fields = ["address", "host"]
    exclude = ["secret", "client_secret", "refresh_token", "leased_by", "tag_test_hash"]


@admin.register(InboundEmail)
class InboundEmailAdmin(RecordAdmin):
    """Each e-mail that came in, what became of it and why; the bytes are to be had on the team's page."""

    list_display = ["received_at", "sender_address", "subject", "state", "why", "ticket", "team"]
    list_filter = ["state", "is_spam", TEAM]
    list_select_related = ["team", "ticket"]
    search_fields = ["=sender_address", "=email_message_id", "=ticket__number"]
    date_hierarchy = "received_at"
    show_full_result_count = False
    exclude = ["raw", "undo", "reason", "reason_parts"]
    readonly_fields = ["why"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundEmail]:
        """Without the bytes, which may be many."""
        return super().get_queryset(request).defer("raw")

    @admin.display(description=_("reason"))
    def why(self, email: InboundEmail) -> str:
        """Why it is where it is, in the reader's language."""
        return email.localized_reason


@admin.register(IgnoredSender)
class IgnoredSenderAdmin(RecordAdmin):
    """Whose e-mail teams do not want to decide about; changed on their pages."""

    list_display = ["address", "ignored_by", "created_at", "team"]
    list_filter = [TEAM]
    list_select_related = ["team", "ignored_by"]
    search_fields = ["address"]
    date_hierarchy = "created_at"
