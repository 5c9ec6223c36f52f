"""Forms of the sender, and of addresses that get no e-mail."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.conversations.models import SenderIdentity
from helpdesk.conversations.sending.mailbox_tags import LONGEST_LOCAL_PART
from helpdesk.ui.fields import AddressField, NameField
from helpdesk.ui.forms import LongTextField, PartialUpdateForm


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
