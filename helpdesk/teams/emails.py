"""The e-mails of this room."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.teams.models import Invitation

logger = logging.getLogger(__name__)


def invitation_address(token: str) -> str:
    """The full address at which the invitation is accepted."""
    return str(settings.BASE_URL) + reverse("accept_invitation", args=[token])


def send_invitation(invitation: Invitation, token: str) -> bool:
    """Send the letter; False where the mail server did not take it."""
    text = render_to_string(
        "teams/email/invitation.txt",
        {
            "team": invitation.team,
            "by": invitation.invited_by,
            "role": invitation.get_role_display(),
            "address": invitation_address(token),
        },
    )
    subject = _("Invitation to %(team)s") % {"team": " ".join(invitation.team.name.split())}
    try:
        send_mail(subject, text, None, [invitation.email])
    except (OSError, SMTPException):
        logger.exception("The invitation %s could not be sent", invitation.pk)
        return False
    return True


def send_or_log(email: EmailMessage) -> None:
    """Send it; what the mail server does not take is logged, since the change that it tells of is made."""
    try:
        email.send()
    except (OSError, SMTPException):
        logger.exception("The e-mail “%s” could not be sent", email.subject)
