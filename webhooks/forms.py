"""Forms about sources and the delivery log."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.ui.fields import NameField, SearchField
from helpdesk.ui.filters import FilterForm
from helpdesk.ui.forms import PartialUpdateForm
from helpdesk.ui.networks import NetworksField
from webhooks.actions import LONGEST_KEY
from webhooks.checklist import BY_HAND, Step
from webhooks.models import Delivery, Source


class KeyForm(forms.Form):
    """A key from the Eduzz console, or empty to have one generated."""

    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=LONGEST_KEY,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_(
            "Paste the key that the Eduzz console shows. Leave it empty, and we create one for you to paste there."
        ),
    )


class NewSourceForm(KeyForm):
    """A new source's name and first key."""

    name = NameField(label=_("Name"), max_length=100, initial="Nutror")
    field_order = ["name", "key"]


class SourceForm(PartialUpdateForm):
    """A source's name, whether it is enabled, and its networks."""

    networks = NetworksField(
        label=_("Only from these addresses"),
        help_text=_(
            "IP addresses or networks such as 203.0.113.0/24, one per line. Leave empty to allow any: Eduzz publishes "
            "no list, and the signature already proves who sent an event. What comes from elsewhere is kept in the "
            "delivery log, and processed only when you replay it."
        ),
    )

    class Meta:
        model = Source
        fields = ["name", "is_enabled", "networks"]
        field_classes: ClassVar = {"name": NameField}


class StepForm(forms.Form):
    """The form that marks a step of the set-up as done or not done."""

    step = forms.ChoiceField(choices=[(step, step.label) for step in Step if step in BY_HAND])
    is_done = forms.BooleanField(required=False)


class DeleteSourceForm(forms.Form):
    """What happens to the deliveries of a source that is being deleted."""

    log = forms.ChoiceField(
        label=_("The deliveries that came through it"),
        choices=[("keep", _("Keep them, to be read and replayed")), ("delete", _("Delete them as well"))],
        widget=forms.RadioSelect,
    )


class DeliveryFilter(FilterForm):
    """The filter of the delivery log."""

    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("", _("All")), *Delivery.Outcome.choices])
    event = SearchField(
        label=_("Event"), required=False, max_length=100, widget=forms.TextInput({"placeholder": "nutror.learner_help"})
    )
    finished = forms.ChoiceField(
        label=_("Processed"),
        required=False,
        choices=[("", _("At any time")), ("lately", pgettext_lazy("processed", "In the last week"))],
    )
