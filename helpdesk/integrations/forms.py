"""Forms about endpoints."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import httpx
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.integrations.addresses import is_public
from helpdesk.integrations.events import EVENTS, FIRST_CHOICE
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.ui.filters import FilterForm
from helpdesk.ui.names import NameField

LONGEST_HOST, LONGEST_LABEL = 253, 63  # characters, as the network spells them
# Names that lead nowhere from outside of one's own network, or from anywhere at all.
# Source: RFC 6761, RFC 6762, RFC 7686, RFC 9476 and ICANN's .internal
NOT_PUBLIC_NAMES = {"localhost", "local", "internal", "test", "example", "invalid", "onion", "alt"}


def validate_target(url: str) -> None:
    """Raise ValidationError for an address to which nothing would be sent.

    Where a name leads is checked whenever something is sent, since it may change.
    """
    URLValidator(schemes=["http", "https"])(url)
    target = _as_sent(url)
    if target.scheme == "http" and not settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES:
        raise ValidationError(
            _("Use an address that starts with https://; with http:// anyone could read what is sent.")
        )
    if "@" in urlsplit(url).netloc:
        raise ValidationError(_("Leave the name and password out of the address; the signature proves that it is us."))
    if "#" in url:
        raise ValidationError(_("Leave out everything after the #; it is never sent."))
    if not settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES and _is_private(target.raw_host.decode("ascii")):
        raise ValidationError(_("This address is not on the public internet."))


def _as_sent(url: str) -> httpx.URL:
    """The address as it is read when something is sent there. Raises ValidationError where it leads nowhere."""
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


class WebhookEndpointForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """Where to send what."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        validators=[validate_target],
        widget=forms.URLInput({"placeholder": "https://example.com/webhooks/helpdesk", "spellcheck": "false"}),
        help_text=gettext_lazy("Each event is posted there as signed JSON."),
    )
    description = NameField(
        label=gettext_lazy("Name"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("What it is for, so that others know, such as “Slack” or “our CRM”."),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Send when"),
        choices=list(EVENTS.items()),
        initial=FIRST_CHOICE,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one event.")},
    )

    class Meta:
        model = WebhookEndpoint
        fields = ["url", "description", "events"]


class StateFilter(FilterForm):
    """Which deliveries the log shows."""

    state = forms.ChoiceField(required=False, choices=[("", ""), *WebhookDelivery.State.choices])
