"""The admin of mailboxes and received e-mails, without passwords."""

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
    """Teams' mailboxes; changed on the teams' pages."""

    list_display = ["address", "kind", "is_enabled", "last_ok_at", "last_error", "team"]
    list_filter = ["kind", "is_enabled", TEAM]
    list_select_related = ["team"]
    search_fields = ["address", "host"]
    exclude = ["secret", "client_secret", "refresh_token", "leased_by", "tag_test_hash"]


@admin.register(InboundEmail)
class InboundEmailAdmin(RecordAdmin):
    """Received e-mails, with their outcome and its reason; the raw bytes are available on the team's page."""

    list_display = ["received_at", "sender_address", "subject", "state", "why", "ticket", "team"]
    list_filter = ["state", "is_spam", TEAM]
    list_select_related = ["team", "ticket"]
    search_fields = ["=sender_address", "=email_message_id", "=ticket__number"]
    date_hierarchy = "received_at"
    show_full_result_count = False
    exclude = ["raw", "undo", "reason", "reason_parts"]
    readonly_fields = ["why"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundEmail]:
        """All e-mails, without loading their raw bytes."""
        return super().get_queryset(request).defer("raw")

    @admin.display(description=_("reason"))
    def why(self, email: InboundEmail) -> str:
        """The reason for the e-mail's state, in the reader's language."""
        return email.localized_reason


@admin.register(IgnoredSender)
class IgnoredSenderAdmin(RecordAdmin):
    """Senders that teams ignore; changed on the teams' pages."""

    list_display = ["address", "ignored_by", "created_at", "team"]
    list_filter = [TEAM]
    list_select_related = ["team", "ignored_by"]
    search_fields = ["address"]
    date_hierarchy = "created_at"
