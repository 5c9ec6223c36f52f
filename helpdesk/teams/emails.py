"""Sends invitations, welcomes, and e-mails about accounts."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from helpdesk.teams.account_emails import password_link
from helpdesk.teams.middleware import localized_for
from helpdesk.teams.models import Invitation, Membership
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.isolation import isolated_text

logger = logging.getLogger(__name__)


def invitation_address(token: str) -> str:
    """The full URL at which the invitation is accepted."""
    return str(settings.BASE_URL) + reverse("accept_invitation", args=[token])


def send_invitation(invitation: Invitation, token: str) -> bool:
    """Send the invitation; False if it could not be sent."""
    names = {
        "by": isolated_text(invitation.invited_by),
        "team": isolated_text(invitation.team),
        "role": invitation.get_role_display(),
    }
    until = date_format(localtime(invitation.expires_at), "SHORT_DATE_FORMAT")
    content = Content(
        subject=_("Invitation to %(team)s") % names,
        heading=_("Join %(team)s") % names,
        paragraphs=[
            _("%(by)s invites you to work in %(team)s on Helpdesk, as %(role)s.") % names,
            invitation.role_explanation,
        ],
        button=(_("Accept the invitation"), invitation_address(token)),
        closing=[
            _("The link works until %(date)s.") % {"date": until},
            _("If you weren’t expecting this, you can ignore it."),
        ],
        team=invitation.team.name,
    )
    return _send(compose(content, invitation.email))


def send_welcome(membership: Membership) -> bool:
    """Tell the first owner of a new team how to log in and what to do first; False if it could not be sent."""
    team, user = membership.team, membership.user
    with localized_for(membership):
        login = str(settings.BASE_URL) + reverse("home")
        is_new = settings.PASSWORD_LOGIN and not user.has_usable_password()
        provider = {"email": user.email, "provider": settings.OIDC_NAME}
        validity = [_("The link works once, and for three days. After that, its page can send you a new one.")]
        content = Content(
            subject=_("Welcome to Helpdesk: %(team)s is ready") % {"team": isolated_text(team)},
            heading=_("%(team)s is ready") % {"team": isolated_text(team)},
            paragraphs=[
                _("From now on, every “ask for help” in your Nutror courses can arrive here as a ticket."),
                _("You log in as %(email)s, with %(provider)s.") % provider
                if not settings.PASSWORD_LOGIN
                else _("You log in as %(email)s. You have no password yet: choose one first.") % {"email": user.email}
                if is_new
                else _("You log in as %(email)s, with the password that you have.") % {"email": user.email},
            ],
            facts=[
                (_("First"), _("Connect Eduzz. The page guides you through it in about three minutes.")),
                (_("Then"), _("Send a test call, to see that everything works.")),
                (_("After that"), _("Invite your colleagues, so that learners do not have to wait for you.")),
            ],
            button=(_("Choose a password"), password_link(user)) if is_new else (_("Log in"), login),
            closing=[*(validity if is_new else []), _("You are receiving this because a team was set up for you.")],
            team=team.name,
        )
        return _send(compose(content, user.email))


def _send(email: EmailMessage) -> bool:
    try:
        email.send()
    except (OSError, SMTPException, ValueError):  # ValueError if an e-mail cannot have this address
        logger.exception("An e-mail to an account could not be sent")
        return False
    return True


def send_or_log(email: EmailMessage) -> None:
    """Send it; a failure is only logged, since the change that it reports has been made."""
    _send(email)
