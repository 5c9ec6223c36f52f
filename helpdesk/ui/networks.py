"""Lists of allowed IP addresses and networks: parsed from text, and compared."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from helpdesk.operations.environ import UNKNOWN

MOST = 50
LONGEST = 43  # characters of an IPv6 network

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def read_networks(text: str) -> list[str]:
    """The networks in a text, separated by spaces, commas or lines, without duplicates. Raises ValidationError."""
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    if len(words) > MOST:
        raise ValidationError(_("At most %(count)d addresses.") % {"count": MOST})
    return list(dict.fromkeys(str(_read(word)) for word in words))


def is_within(address: str, networks: list[str]) -> bool:
    """Whether an address is in one of the networks; an unknown address is in none."""
    if address == UNKNOWN:
        return False
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(network) for network in networks)


def _read(word: str) -> Network:
    try:
        network = ipaddress.ip_network(word, strict=False)
    except ValueError as error:
        text = _("“%(text)s” is not an IP address or a network such as 203.0.113.0/24.")
        raise ValidationError(text % {"text": word[:60]}) from error
    is_scoped = isinstance(network, ipaddress.IPv6Network) and network.network_address.scope_id
    if is_scoped:
        raise ValidationError(
            _("“%(text)s” names an interface, which other computers do not have.") % {"text": word[:60]}
        )
    return _unmapped(network)


def _unmapped(network: Network) -> Network:
    """Convert IPv4 networks written as IPv6, because clients are compared by their IPv4 address."""
    mapped = network.network_address.ipv4_mapped if isinstance(network, ipaddress.IPv6Network) else None
    if mapped is None or network.prefixlen < 96:
        return network
    return ipaddress.IPv4Network((mapped, network.prefixlen - 96))


class NetworksField(forms.CharField):
    """A field for addresses and networks, one per line."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea({"rows": 2, "autocomplete": "off", "spellcheck": "false"})
        defaults: dict[str, Any] = {"required": False, "max_length": MOST * (LONGEST + 2), "widget": widget}
        super().__init__(**defaults | kwargs)

    def clean(self, value: Any) -> Any:
        """The networks; None if the field is empty, which allows any address."""
        return read_networks(super().clean(value)) or None

    def prepare_value(self, value: Any) -> Any:
        """The networks as text, one per line."""
        return "\n".join(value) if isinstance(value, list) else value
