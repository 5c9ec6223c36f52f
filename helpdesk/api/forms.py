"""The form to create a token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.api.models import RESOURCES, Scope, scope_of
from helpdesk.ui.fields import NameField
from helpdesk.ui.networks import NetworksField

LONGEST_DAYS = 3650
LIFETIMES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year")), ("", _("It does not expire"))]
LEVELS = [("", _("Nothing")), ("read", _("Read")), ("write", _("Read and change"))]
SCOPES_OF = {"": [], "read": [Scope.READ], "write": [Scope.READ, Scope.WRITE]}
PARTS = "parts"
REACHES = [
    ("write", _("Read and change everything, like a manager")),
    ("read", _("Read everything")),
    (PARTS, _("Only what is chosen here")),
]


class TokenForm(forms.Form):
    """A token's name, scopes, networks and lifetime."""

    name = NameField(
        label=_("Name"),
        max_length=100,
        help_text=_("What it is for. The history shows its changes under this name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    reach = forms.ChoiceField(label=_("It may"), choices=REACHES, widget=forms.RadioSelect, initial=PARTS)
    networks = NetworksField(
        label=_("Only from these addresses"),
        help_text=_("IP addresses or networks such as 203.0.113.0/24, one per line. Leave empty to allow any address."),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"), choices=LIFETIMES, coerce=int, empty_value=None, required=False, initial="365"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for resource, label in RESOURCES.items():
            self.fields[_field_of(resource)] = forms.ChoiceField(label=label, choices=LEVELS, required=False)

    def parts(self) -> Iterator[forms.BoundField]:
        """The fields that choose a scope for each resource."""
        return (self[_field_of(resource)] for resource in RESOURCES)

    def clean(self) -> dict[str, Any]:
        """Refuse a token without any scope."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("reach") == PARTS and not any(data.get(_field_of(resource)) for resource in RESOURCES):
            self.add_error("reach", _("Choose what it may read or change."))
        return data

    @property
    def scopes(self) -> list[str]:
        """The chosen scopes: for everything, or for single resources."""
        if (reach := self.cleaned_data["reach"]) != PARTS:
            return [str(level) for level in SCOPES_OF[reach]]
        chosen = {resource: self.cleaned_data[_field_of(resource)] for resource in RESOURCES}
        return [scope_of(resource, level) for resource, name in chosen.items() for level in SCOPES_OF[name]]


def _field_of(resource: str) -> str:
    return f"scope-{resource.replace(' ', '-')}"
