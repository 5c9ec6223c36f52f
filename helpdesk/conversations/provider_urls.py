"""Where the e-mail provider that is set up tells what became of e-mails, and brings those that come in.

There are no such addresses without a provider and the secret by which its calls are known: user name and password,
which providers take as a part of the address.
"""

from __future__ import annotations

from anymail import urls as anymail_urls
from django.conf import settings
from django.urls import URLPattern

SECRET = "WEBHOOK_SECRET"  # noqa: S105 - the name of the setting


def provider_patterns() -> list[URLPattern]:
    """The addresses of the one provider."""
    if not (settings.ANYMAIL_PROVIDER and settings.ANYMAIL.get(SECRET)):
        return []
    start = f"{settings.ANYMAIL_PROVIDER}/"
    return [pattern for pattern in anymail_urls.urlpatterns if str(pattern.pattern).lstrip("^").startswith(start)]


urlpatterns = provider_patterns()
