"""The contents of e-mails about accounts: links that confirm something, and notices of changes and logins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.teams.browsers import browser_name
from helpdesk.teams.models import Team, User
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.hours import date_and_time

Context = dict[str, Any]
FIRST_BY_LINK = "account/email/first_password"  # ours; allauth treats it as a reset
CHANGES: dict[str, Callable[[], tuple[str, str]]] = {  # the subject, and the sentence
    "account/email/password_changed": lambda: (_("Your password was changed"), _("Your password was changed.")),
    "account/email/email_deleted": lambda: (
        _("The change of your e-mail address is cancelled"),
        _("The change of your e-mail address was cancelled; you log in as before."),
    ),
    "account/email/password_set": lambda: (_("Your password was set"), _("Your account has a password now.")),
    FIRST_BY_LINK: lambda: (
        _("Your password was set"),
        _("A password was created for your account by a link that was sent to this address."),
    ),
    "account/email/password_reset": lambda: (
        _("Your password was reset"),
        _("Your password was reset by a link that was sent to this address."),
    ),
    "mfa/email/totp_activated": lambda: (
        _("Two-factor login is on"),
        _("From now on, logging in also requires a code from your authenticator app."),
    ),
    "mfa/email/totp_deactivated": lambda: (
        _("Two-factor login is off"),
        _("From now on, your password is enough to log in."),
    ),
    "mfa/email/webauthn_added": lambda: (
        _("You have a new passkey"),
        _(
            "A passkey was added to your account. From now on, logging in requires this passkey or another second "
            "factor of yours."
        ),
    ),
    "mfa/email/webauthn_removed": lambda: (
        _("A passkey was removed"),
        _("A passkey was removed from your account; it can no longer be used to log in."),
    ),
    "mfa/email/recovery_codes_generated": lambda: (
        _("You have new recovery codes"),
        _("New recovery codes were created for your account; the earlier ones no longer work."),
    ),
    "socialaccount/email/account_connected": lambda: (
        _("You can log in by single sign-on"),
        _("Your account was connected with %(provider)s. From now on, anyone logged in there can log in here.")
        % {"provider": settings.OIDC_NAME},
    ),
    "socialaccount/email/account_disconnected": lambda: (
        _("Single sign-on is off for your account"),
        _("Your account is no longer connected with %(provider)s.") % {"provider": settings.OIDC_NAME},
    ),
}


def password_link(user: User) -> str:
    """The link to choose a password, valid once and for three days; at BASE_URL, whatever host the request named."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return str(settings.BASE_URL) + reverse("account_reset_password_from_key", kwargs=key)


def password_reset_email(user: User) -> EmailMessage:
    """The e-mail with the link to choose a new password."""
    return _to(user, _password_reset({"password_reset_url": password_link(user)}))


def login_refused_email(user: User, ip: str, user_agent: str, timestamp: datetime) -> EmailMessage:
    """The e-mail about too many wrong passwords."""
    return _to(user, _login_refused({"ip": ip, "user_agent": user_agent, "timestamp": timestamp}))


def _to(user: User, content: Content) -> EmailMessage:
    return compose(replace(content, team=_only_team_of(user)), user.email)


def account_content(template: str, context: Context) -> Content | None:
    """The content of one of allauth's e-mails; None for one that we do not send.

    E-mails to an unconfirmed address do not name the team, since it may be a stranger's.
    """
    content = _content(template, context)
    if content is None or template == "account/email/email_confirmation":
        return content
    return replace(content, team=_only_team_of(context["user"]))


def _only_team_of(user: User) -> str:
    """The name of the person's team; empty if they have none or several."""
    names = Team.objects.filter(memberships__user=user).values_list("name", flat=True)[:2]
    return names[0] if len(names) == 1 else ""


def _content(template: str, context: Context) -> Content | None:
    if template in CHANGES:
        subject, sentence = CHANGES[template]()
        return _notice(context, subject, sentence)
    makers = {
        "account/email/email_changed": _email_changed,
        "account/email/email_change_requested": _email_change_requested,
        "account/email/email_confirmation": _email_confirmation,
        "account/email/new_login": _new_login,
    }
    return makers[template](context) if template in makers else None


def _notice(context: Context, subject: str, sentence: str, closing: str = "") -> Content:
    """A notice of what happened to the account, from where, and what to do if it was someone else."""
    user_agent = str(context["user_agent"])
    facts = [
        (_("IP address"), str(context["ip"])),
        (_("Browser"), browser_name(user_agent) or user_agent),
        (_("When"), date_and_time(context["timestamp"])),
    ]
    usual = _("If this was you, there is nothing to do. If not, change your password; that logs out everyone else.")
    return Content(subject=subject, paragraphs=[sentence], facts=facts, closing=[closing or usual])


def _email_changed(context: Context) -> Content:
    sentence = _("The address of your account was changed from %(from_email)s to %(to_email)s.") % context
    closing = _("If this wasn’t you, ask the owner of your team for help right away.")
    return _notice(context, _("Your e-mail address was changed"), sentence, closing)


def _email_change_requested(context: Context) -> Content:
    names = {"account": context["email"], "to_email": context["to_email"]}
    sentence = _(
        "Someone asked to change the address of the account %(account)s on Helpdesk to %(to_email)s. "
        "It changes once the link that we sent there is opened."
    )
    closing = _(
        "If this was you, there is nothing to do. If not, change your password: that cancels the change and logs out "
        "everyone else."
    )
    return _notice(context, _("Someone asked to change your e-mail address"), sentence % names, closing)


def _email_confirmation(context: Context) -> Content:
    names = {"account": context["user"].email, "email": context["email"]}
    return Content(
        subject=_("Confirm your new e-mail address"),
        paragraphs=[_("The account %(account)s on Helpdesk is about to change to this address: %(email)s") % names],
        button=(_("Confirm the address"), context["activate_url"]),
        closing=[_("Nothing changes until then. If you didn’t ask for this, ignore this e-mail.")],
    )


def _password_reset(context: Context) -> Content:
    return Content(
        subject=_("Choose a new password"),
        paragraphs=[_("Someone, probably you, asked to choose a new password for your account.")],
        button=(_("Choose a new password"), context["password_reset_url"]),
        closing=[
            _("The link works once, and for three days."),
            _("If you didn’t ask for this, ignore this e-mail: your password stays as it is."),
        ],
    )


def _new_login(context: Context) -> Content:
    sentence = _("Someone logged in to your account from an address that was not used before.")
    return _notice(context, _("A login from a new address"), sentence)


def _login_refused(context: Context) -> Content:
    sentence = _("There were too many failed attempts to log in to your account, so logging in is blocked for a while.")
    closing = _("If this wasn’t you, someone may be guessing: choose a long password and set up two-factor login.")
    return _notice(context, _("Too many failed logins"), sentence, closing)
