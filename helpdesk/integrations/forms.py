"""Forms about subscriptions."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.integrations.addresses import is_public
from helpdesk.integrations.events import EVENTS, FIRST_CHOICE
from helpdesk.integrations.models import Subscription, SubscriptionDelivery
from helpdesk.ui.filters import FilterForm


def validate_target(url: str) -> None:
    """Raise ValidationError for an address to which nothing would be sent.

    Where a name leads is checked whenever something is sent, since it may change.
    """
    URLValidator(schemes=["http", "https"])(url)
    parts = urlsplit(url)
    if parts.scheme == "http" and not settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES:
        raise ValidationError(_("Use an address that begins with https://; over http:// anybody could read along."))
    if parts.username or parts.password:
        raise ValidationError(_("Leave name and password out of the address; the signature says that it is us."))
    if "#" in url:
        raise ValidationError(_("Leave out what follows the #; it is never sent."))
    if not settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES and _is_private(parts.hostname or ""):
        raise ValidationError(_("This address is not on the public internet."))


def _is_private(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not is_public(ipaddress.ip_address(host))
    except ValueError:
        return False


class SubscriptionForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """Where to send what."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        validators=[validate_target],
        widget=forms.URLInput({"placeholder": "https://example.com/webhooks/helpdesk", "spellcheck": "false"}),
        help_text=gettext_lazy("Each event is posted there as signed JSON."),
    )
    description = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("What it is for, so that others know: “Slack”, “our CRM”."),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Send when"),
        choices=list(EVENTS.items()),
        initial=FIRST_CHOICE,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one event.")},
    )

    class Meta:
        model = Subscription
        fields = ["url", "description", "events"]


class StateFilter(FilterForm):
    """Which deliveries the log shows."""

    state = forms.ChoiceField(required=False, choices=[("", ""), *SubscriptionDelivery.State.choices])
