"""Validates addresses that users enter as destinations of requests."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import httpx
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from helpdesk.operations.outgoing.addresses import is_public

LONGEST_HOST, LONGEST_LABEL = 253, 63  # characters, with international host names encoded
# Names that lead nowhere from outside one's own network, or at all.
# Source: RFC 6761, RFC 6762, RFC 7686, RFC 9476 and ICANN's .internal
NOT_PUBLIC_NAMES = {"localhost", "local", "internal", "test", "example", "invalid", "onion", "alt"}


def validate_target(url: str, *, allows_private: bool = False) -> None:
    """Raise ValidationError for an address to which nothing would be sent.

    Where a host name leads is checked at each request, because it may change.
    """
    URLValidator(schemes=["http", "https"])(url)
    target = _as_sent(url)
    if target.scheme == "http" and not allows_private:
        raise ValidationError(
            _("Use an address that starts with https://; with http:// anyone could read what is sent.")
        )
    if "@" in urlsplit(url).netloc:
        raise ValidationError(_("Leave the name and password out of the address; the signature proves that it is us."))
    if "#" in url:
        raise ValidationError(_("Leave out everything after the #; it is never sent."))
    if not allows_private and _is_private(target.raw_host.decode("ascii")):
        raise ValidationError(_("This address is not on the public internet."))


def _as_sent(url: str) -> httpx.URL:
    """The address as the HTTP client parses it. Raises ValidationError if it is invalid."""
    try:
        port = urlsplit(url).port
        target = httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise ValidationError(_("This address cannot be reached.")) from error
    host = target.raw_host.rstrip(b".")
    if port == 0 or not 1 <= len(host) <= LONGEST_HOST or any(len(label) > LONGEST_LABEL for label in host.split(b".")):
        raise ValidationError(_("This address cannot be reached."))
    return target


def _is_private(host: str) -> bool:
    if host.rstrip(".").rpartition(".")[2] in NOT_PUBLIC_NAMES:
        return True
    try:
        return not is_public(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return False
