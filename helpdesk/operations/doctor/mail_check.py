"""Sends a test e-mail: only one that arrives proves that e-mail works."""

from __future__ import annotations

from smtplib import SMTPException

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from helpdesk.operations.doctor.findings import Finding, fail, warn


def send_test(recipient: str) -> Finding:
    """Send one to that address; a person has to check that it arrives."""
    subject = _("test e-mail")
    body = _("If you read this, %s can send e-mail.") % settings.BASE_URL
    try:
        EmailMessage(_("Test of Helpdesk"), body, to=[recipient]).send()
    except (OSError, ValueError, SMTPException, AnymailError) as error:
        to_do = _("Correct EMAIL_URL, or what your provider gave you.")
        return fail(subject, _("It was refused: %s") % (str(error).partition("\n")[0] or type(error).__name__), to_do)
    return warn(subject, _("It was sent to %s.") % recipient, _("Check that it arrives, and not in the spam folder."))
