"""The URLs at which the configured e-mail provider reports deliveries and delivers received e-mail.

They exist only if there is a provider and the secret that authenticates its calls: a user name and password, which
providers accept as part of the URL.
"""

from __future__ import annotations

from anymail import urls as anymail_urls
from django.conf import settings
from django.urls import URLPattern

SECRET = "WEBHOOK_SECRET"  # noqa: S105 - the name of the setting


def provider_patterns() -> list[URLPattern]:
    """The URLs of the configured provider."""
    if not (settings.ANYMAIL_PROVIDER and settings.ANYMAIL.get(SECRET)):
        return []
    start = f"{settings.ANYMAIL_PROVIDER}/"
    return [pattern for pattern in anymail_urls.urlpatterns if str(pattern.pattern).lstrip("^").startswith(start)]


urlpatterns = provider_patterns()
