"""Tokens in the operator's admin: they can be viewed and revoked, but not created or edited."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.api.actions import revoke_token
from helpdesk.api.models import Token
from helpdesk.ui.admin import RecordAdmin


@admin.register(Token)
class TokenAdmin(RecordAdmin):
    """API tokens, which the operator may view and revoke."""

    list_display = [
        "name",
        "team",
        "hint",
        "scopes",
        "created_by",
        "created_at",
        "expires_at",
        "last_used_at",
        "last_used_from",
        "revoked_at",
    ]
    list_filter = ["is_operators", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["team", "created_by"]
    search_fields = ["name", "hint"]
    actions = ["revoke"]

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Revoke the selected tokens."""
        for token in queryset:
            revoke_token(token)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever has the permission to change tokens, though they cannot be edited."""
        return bool(request.user.has_perm("api.change_token"))
