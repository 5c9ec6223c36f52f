"""What people say about a token when they make one."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.api.models import Scope
from helpdesk.ui.names import NameField

LONGEST_DAYS = 3650
LIFETIMES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year")), ("", _("It does not expire"))]


class TokenForm(forms.Form):
    """Its name, what it is good for, and how long."""

    name = NameField(
        label=_("Name"),
        max_length=100,
        help_text=_("What it is for. The history shows its changes under this name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    can_write = forms.BooleanField(
        label=_("Can make changes, like a manager"), required=False, help_text=_("Otherwise it can only read.")
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"), choices=LIFETIMES, coerce=int, empty_value=None, required=False, initial="365"
    )

    @property
    def scopes(self) -> list[Scope]:
        """Reading, and writing where it is wanted."""
        return [Scope.READ, Scope.WRITE] if self.cleaned_data["can_write"] else [Scope.READ]
