"""The record of what happens to accounts, and what follows from a change."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest

from helpdesk.teams.models import AccountEvent, User

UNKNOWN = "0.0.0.0"  # noqa: S104 - nothing is bound to it


def client_address(request: HttpRequest) -> str:
    """Who asks: the peer, or whom the trusted proxies say; of IPv6 the /64, since that is what one client has."""
    said = request.headers.get("X-Forwarded-For", "").split(",") if settings.TRUSTED_PROXIES else []
    address = said[-settings.TRUSTED_PROXIES] if len(said) >= settings.TRUSTED_PROXIES > 0 else ""
    return _cleaned(address) or _cleaned(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def _cleaned(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def as_recorded(email: str) -> str:
    """An address as it was typed, the way that it is kept and counted by."""
    return email.replace("\0", "").strip().lower()[:254]


def record(request: HttpRequest, kind: AccountEvent.Kind, email: str, user: User | None = None) -> AccountEvent:
    """Note what happened, by whom and from where."""
    return AccountEvent.objects.create(
        kind=kind,
        user=user,
        email=as_recorded(email),
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", "").replace("\0", "")[:200],
    )


def end_other_sessions(request: HttpRequest, user: User) -> None:
    """Log the person out everywhere else; the session of this request goes on where it is theirs."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    if request.user == user:
        request.user.refresh_from_db(fields=["session_epoch", "password"])
        update_session_auth_hash(request, request.user)
