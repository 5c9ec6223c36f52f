"""Checks of the public address, its certificate, and the proxy in front."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.operations.doctor.findings import Finding, fail, ok, warn

PATIENCE = 4.0  # seconds
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
SOON_OVER = 14  # days


def check_address() -> Iterator[Finding]:
    """Whether BASE_URL leads to this installation, its certificate stays valid for a while, and the proxy is
    configured.
    """
    subject, host = _("address"), urlsplit(settings.BASE_URL).hostname or ""
    if host not in settings.ALLOWED_HOSTS and not any(
        allowed.startswith(".") and f".{host}".endswith(allowed) for allowed in settings.ALLOWED_HOSTS
    ):
        yield fail(subject, _("ALLOWED_HOSTS lacks the host of BASE_URL, %s.") % host, _("Add it."))
    try:
        answer = httpx.get(f"{settings.BASE_URL}/livez", timeout=PATIENCE)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        to_do = _("Open it in a browser. If that works, only this machine cannot reach it, which is fine.")
        yield warn(subject, _("%(address)s cannot be reached from here: %(error)s") % _words(error), to_do)
    else:
        if _is_ours(answer):
            yield ok(subject, _("%s leads here.") % settings.BASE_URL)
        else:
            elsewhere = _("%s does not lead to this installation.") % settings.BASE_URL
            yield fail(subject, elsewhere, _("Configure its proxy to pass requests to this installation."))
    yield from _certificate(host)
    yield from _trust()


def _is_ours(answer: httpx.Response) -> bool:
    """Whether the answer came from us, rather than from another site or a proxy that cannot reach us."""
    try:
        return answer.status_code == 200 and answer.json() == {"status": "ok"}
    except ValueError:
        return False


def _words(error: Exception) -> dict[str, str]:
    return {"address": settings.BASE_URL, "error": str(error).partition("\n")[0] or type(error).__name__}


def _certificate(host: str) -> Iterator[Finding]:
    if not settings.IS_HTTPS:
        if host in LOOPBACK:
            return
        to_do = _("Put a proxy with a certificate in front (deploy/Caddyfile) and start BASE_URL with https://.")
        yield fail(_("certificate"), _("People’s passwords cross the network unencrypted, for anyone to read."), to_do)
        return
    port = urlsplit(settings.BASE_URL).port or 443
    try:
        with (
            socket.create_connection((host, port), timeout=PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            over_at = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    except ssl.SSLCertVerificationError as error:
        yield fail(_("certificate"), error.verify_message, _("Renew it; Caddy does so automatically."))
    except (OSError, KeyError):
        return  # that it cannot be reached has already been reported
    else:
        days = int((over_at - time.time()) // 86400)
        words = _("It is valid for %s more days.") % days
        if days < SOON_OVER:
            yield warn(_("certificate"), words, _("See why it is not renewed; Caddy does so automatically."))
        else:
            yield ok(_("certificate"), words)


def _trust() -> Iterator[Finding]:
    if not settings.IS_HTTPS:
        return
    if settings.TRUSTED_PROXIES:
        words = _("The client address is read from X-Forwarded-For, trusting %s proxies.")
        yield ok(_("proxy"), words % settings.TRUSTED_PROXIES)
    else:
        to_do = _("Set BEHIND_PROXY=true; the proxy has to set X-Forwarded-For and X-Forwarded-Proto (deploy/).")
        words = _(
            "Everyone seems to come from the proxy’s address, so one person’s failed logins slow down all the others."
        )
        yield warn(_("proxy"), words, to_do)
