"""What happened to accounts."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models.user import User
from helpdesk.teams.querysets import AccountEventQuerySet


class AccountEvent(models.Model):
    """What happened to an account: a login, a failure, a change. Failures are counted to throttle logins."""

    class Kind(models.TextChoices):
        """What happened to an account."""

        ACCOUNT_CREATED = "account_created", _("Account created")
        LOGGED_IN = "logged_in", _("Logged in")
        LOGIN_FAILED = "login_failed", _("Login failed")
        LOGIN_REFUSED = "login_refused", _("Too many failed logins")
        CODE_FAILED = "code_failed", _("Wrong one-time code")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        PASSWORD_RESET = "password_reset", _("Password reset")
        EMAIL_CHANGE_REQUESTED = "email_change_requested", _("New e-mail address requested")
        EMAIL_CHANGED = "email_changed", _("E-mail address changed")
        TWO_FACTOR_ACTIVATED = "two_factor_activated", _("Two-factor login activated")
        TWO_FACTOR_DEACTIVATED = "two_factor_deactivated", _("Two-factor login deactivated")
        PASSKEY_ADDED = "passkey_added", _("Passkey added")
        PASSKEY_REMOVED = "passkey_removed", _("Passkey removed")
        RECOVERY_CODES_MADE = "recovery_codes_made", _("New recovery codes")
        SINGLE_SIGN_ON_CONNECTED = "single_sign_on_connected", _("Single sign-on connected")
        SINGLE_SIGN_ON_DISCONNECTED = "single_sign_on_disconnected", _("Single sign-on disconnected")

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="account_events", verbose_name=_("person"))
    email = models.CharField(
        _("e-mail"), max_length=254, help_text=_("In lower case; a keyed hash if it belongs to no account.")
    )
    kind = models.CharField(_("what"), max_length=30, choices=Kind)
    address = models.GenericIPAddressField(_("address"), help_text=_("For IPv6, the /64 network."))
    user_agent = models.CharField(_("browser"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now, db_index=True, editable=False)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
        ordering = ["-created_at", "-pk"]
        indexes = [  # for the throttle, at every login
            models.Index(fields=["email", "created_at"], name="account_event_email"),
            models.Index(fields=["address", "created_at"], name="account_event_address"),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_kind_display()}"
