"""Forms about received e-mails."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from helpdesk.tickets.models import Ticket
from helpdesk.ui.fields import AddressField


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
