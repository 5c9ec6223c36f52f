"""Forms about endpoints."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from helpdesk.integrations.events import EVENTS, FIRST_CHOICE
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.operations.outgoing.targets import validate_target
from helpdesk.ui.fields import NameField
from helpdesk.ui.filters import FilterForm
from helpdesk.ui.forms import PartialUpdateForm


def validate_url(url: str) -> None:
    """Raise ValidationError for a URL to which nothing may be sent."""
    validate_target(url, allows_private=settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES)


class WebhookEndpointForm(PartialUpdateForm):
    """A webhook's URL, name and events."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        validators=[validate_url],
        widget=forms.URLInput({"placeholder": "https://example.com/helpdesk", "spellcheck": "false"}),
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
    """The filter of the delivery log."""

    state = forms.ChoiceField(required=False, choices=[("", ""), *WebhookDelivery.State.choices])
