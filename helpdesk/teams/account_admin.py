"""Accounts in the admin: an operator's own password and logout, events, sessions, addresses, second factors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin  # noqa: F401 - all three register what is registered anew, or not at all, below
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.views import PasswordChangeView
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from helpdesk.operations.admin_names import name_app, name_model
from helpdesk.teams.account_forms import AdminChangePasswordForm
from helpdesk.teams.models import AccountEvent, Team, UserSession
from helpdesk.teams.session_ends import end_one, end_sessions, end_with_session
from helpdesk.teams.session_use import SessionUse
from helpdesk.ui.admin import RecordAdmin


class AdminPasswordChangeView(PasswordChangeView):
    """Changes an operator's own password as the account's page does: throttled and recorded, ending other sessions."""

    form_class = AdminChangePasswordForm
    success_url = reverse_lazy("admin:password_change_done")

    def form_valid(self, form: Any) -> HttpResponse:
        """Change the password, and notify the person by e-mail."""
        response = super().form_valid(form)
        get_adapter(self.request).send_notification_mail("account/email/password_changed", self.request.user)
        return response


def change_own_password(request: Any, extra_context: dict[str, Any] | None = None) -> Any:
    """The admin's page to change one's own password."""
    request.current_app = admin.site.name
    context = admin.site.each_context(request) | (extra_context or {})
    return AdminPasswordChangeView.as_view(extra_context=context)(request)


admin.site.password_change = change_own_password  # type: ignore[method-assign]


_log_out = admin.site.logout


def log_out(request: Any, extra_context: dict[str, Any] | None = None) -> Any:
    """The admin's logout, which also ends what belongs to the session."""
    if request.method == "POST":
        end_with_session(request.session)
    return _log_out(request, extra_context)


admin.site.logout = log_out  # type: ignore[method-assign]


admin.site.unregister([EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])
name_app("mfa", _("Two-factor login"))
name_model(
    Authenticator,
    _("second factor"),
    _("second factors"),
    user=_("user"),
    type=_("kind"),
    created_at=_("created at"),
    last_used_at=_("last used at"),
)


class AccountRecordAdmin(RecordAdmin):
    """A read-only record of a person, shown to operators who share a team with them."""

    list_select_related = ["user"]

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Records of people in one's own teams; all for a superuser."""
        rows: QuerySet[Any] = self.model._default_manager.all()
        if request.user.is_superuser:
            return rows
        return rows.filter(user__memberships__team__in=Team.objects.of(request.user)).distinct()


@admin.register(AccountEvent)
class AccountEventAdmin(AccountRecordAdmin):
    """Logins, failures and changes."""

    list_display = ["created_at", "email", "kind", "address", "user_agent"]
    list_filter = ["kind"]
    search_fields = ["email", "address"]
    date_hierarchy = "created_at"


@admin.register(UserSession)
class UserSessionAdmin(AccountRecordAdmin):
    """Where people are logged in; superusers may end sessions."""

    list_display = ["user", "expires"]
    search_fields = ["user__email", "user__name"]
    exclude = ["session"]

    def get_queryset(self, request: Any) -> QuerySet[Any]:
        """Each session with its limits: the strictest of the person's teams."""
        rows = super().get_queryset(request).values("pk")
        return UserSession.objects.filter(pk__in=rows).with_limits().select_related("user", "session")

    @admin.display(description=_("At most until"))
    def expires(self, row: Any) -> datetime:
        """When the session ends at the latest, however much it is used."""
        use = SessionUse.of(row.session.get_decoded())
        return use.ends_at(row.days) if use else row.session.expire_date

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Only superusers may end sessions."""
        return bool(request.user.is_superuser)

    def delete_model(self, request: Any, obj: UserSession) -> None:
        """End the session, which deletes its record."""
        end_one(obj.session)

    def delete_queryset(self, request: Any, queryset: QuerySet[UserSession]) -> None:
        """End each of these sessions."""
        end_sessions(queryset)


@admin.register(EmailAddress)
class EmailAddressAdmin(AccountRecordAdmin):
    """Addresses, read-only: people change their own, and operators change them on the person's page."""

    list_display = ["email", "user", "primary", "verified"]
    list_filter = ["primary", "verified"]
    search_fields = ["email", "user__name"]


@admin.register(Authenticator)
class AuthenticatorAdmin(AccountRecordAdmin):
    """Second factors; superusers may remove those of somebody who lost their phone and recovery codes."""

    list_display = ["user", "type", "created_at", "last_used_at"]
    list_filter = ["type"]
    search_fields = ["user__email", "user__name"]
    exclude = ["data"]

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Only superusers may remove second factors."""
        return bool(request.user.is_superuser)

    def delete_model(self, request: Any, obj: Authenticator) -> None:
        """Remove it as people do themselves: recorded, notified, and other sessions end."""
        super().delete_model(request, obj)
        is_passkey = obj.type == Authenticator.Type.WEBAUTHN
        mail = "mfa/email/webauthn_removed" if is_passkey else "mfa/email/totp_deactivated"
        get_adapter().send_notification_mail(mail, obj.user)

    def delete_queryset(self, request: Any, queryset: QuerySet[Authenticator]) -> None:
        """Remove each, with its e-mail and account event."""
        for authenticator in queryset.select_related("user"):
            self.delete_model(request, authenticator)
