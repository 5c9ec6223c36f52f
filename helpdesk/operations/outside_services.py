"""Which services outside of this installation it is set up to use, as its settings say."""

from __future__ import annotations

from django.conf import settings

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail_service() -> str:
    """Who sends our e-mails: a provider by its name, or a mail server by its host; empty where none leaves."""
    if settings.ANYMAIL_PROVIDER:
        return str(settings.ANYMAIL_PROVIDER)
    return str(settings.EMAIL_HOST or "") if settings.EMAIL_BACKEND == SMTP else ""
