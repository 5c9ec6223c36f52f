"""Forms about e-mail to learners."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.conversations.models import SenderIdentity
from helpdesk.tickets.models import Ticket
from helpdesk.ui.forms import LongTextField, PartialUpdateForm
from helpdesk.ui.names import AddressField, NameField

LONGEST_LOCAL_PART = 64


class SenderIdentityForm(PartialUpdateForm):
    """The name, address and signature that learners get e-mail from."""

    name = NameField(
        label=gettext_lazy("Sender’s name"),
        max_length=100,
        help_text=gettext_lazy("As learners know you. Replies come from “Ana, from Escola X”."),
    )
    address = AddressField(label=gettext_lazy("Sender’s address"), max_length=254)
    signature = LongTextField(
        label=gettext_lazy("Signature"),
        max_length=1_000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("Below every reply."),
    )

    class Meta:
        model = SenderIdentity
        fields = ["name", "address", "signature"]

    def clean_address(self) -> str:
        """The address, if mail servers accept it."""
        address: str = self.cleaned_data["address"]
        if len(address.rpartition("@")[0]) > LONGEST_LOCAL_PART or not address.isascii():
            raise ValidationError(_("Enter a valid email address."))
        return address


class SuppressionForm(forms.Form):
    """An address that is not to be e-mailed."""

    address = AddressField(label=gettext_lazy("Address"), max_length=254)


class IgnoredSenderForm(forms.Form):
    """A sender whose e-mails are always ignored."""

    address = AddressField(label=gettext_lazy("Sender’s address"), max_length=254)


class UndoIgnoringForm(forms.Form):
    """Undoes ignoring several e-mails: the key of that action, and the sender that it added to the ignored ones."""

    ignored = forms.UUIDField()
    sender = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


class FileEmailForm(forms.Form):
    """The ticket that an e-mail belongs to: one of the `suggested` numbers, or any other."""

    number = forms.IntegerField(
        label=gettext_lazy("Ticket number"),
        min_value=1,
        max_value=Ticket.HIGHEST_NUMBER,
        localize=False,
        required=False,
    )
    suggested = forms.IntegerField(min_value=1, max_value=Ticket.HIGHEST_NUMBER, required=False)
    is_for_learner = forms.BooleanField(
        label=gettext_lazy("The learner may read it"),
        required=False,
        help_text=gettext_lazy(
            "Otherwise it is a note for the team, and the ticket stays as it is. What the learner wrote or received is "
            "always a message."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Require one of the two numbers."""
        values: dict[str, Any] = super().clean() or {}
        values["number"] = values.get("suggested") or values.get("number")
        if not (values["number"] or self.errors):
            self.add_error("number", self.fields["number"].error_messages["required"])
        return values
