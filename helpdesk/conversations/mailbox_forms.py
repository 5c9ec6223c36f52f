"""How a team's mailbox is reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.conversations.models import Mailbox
from helpdesk.ui.names import AddressField

Kind, Security = Mailbox.Kind, Mailbox.Security
IMAP_FIELDS = ["host", "port", "security", "login", "username", "secret", "folder"]
OF_IMAP = ["host", "username"]


class MailboxForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """Where e-mail of the team comes from. The password goes in and never out."""

    address = AddressField(
        label=gettext_lazy("Address"), max_length=254, help_text=gettext_lazy("To which learners write.")
    )
    secret = forms.CharField(
        label=gettext_lazy("Password or token"),
        required=False,
        max_length=4_000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Kept encrypted, and never shown. Empty: it stays as it is."),
    )

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields as the page shows them, each group under its heading."""
        yield "", [self["kind"], self["address"]]
        yield _("Only where it is fetched by IMAP"), [self[name] for name in IMAP_FIELDS]
        yield "", [self["authserv_id"], self["is_enabled"]]

    class Meta:
        model = Mailbox
        fields = [
            "kind",
            "address",
            "host",
            "port",
            "security",
            "login",
            "username",
            "secret",
            "folder",
            "authserv_id",
            "is_enabled",
        ]

    def clean_secret(self) -> str:
        """The new one, or the one that is there."""
        return self.cleaned_data["secret"] or self.instance.secret or ""

    def clean_security(self) -> str:
        """Some encryption, unless the operator has said that networks of their own are fine."""
        security: str = self.cleaned_data["security"]
        if security == Security.NONE and not settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES:
            raise ValidationError(_("Without encryption anyone on the way could read along. Choose TLS."))
        return security

    def clean_folder(self) -> str:
        """A name that can be asked for."""
        folder: str = self.cleaned_data["folder"]
        if any(ord(sign) < 32 for sign in folder):
            raise ValidationError(_("Enter the folder’s name."))
        return folder

    def clean(self) -> dict[str, Any]:
        """What IMAP needs; and an address that is nobody else's where we are the server."""
        cleaned: dict[str, Any] = super().clean() or {}
        kind, address = cleaned.get("kind"), cleaned.get("address", "")
        if kind == Kind.IMAP:
            for name in OF_IMAP:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Fetching by IMAP needs it."))
            if not cleaned.get("secret"):
                self.add_error("secret", _("Fetching by IMAP needs it."))
        elif address and self._is_taken(kind, address):
            self.add_error("address", _("This address is in use already."))
        elif "+" in address.partition("@")[0]:
            self.add_error("address", _("Leave out the plus sign: what stands behind it is ours to use."))
        if self._is_double(kind, address):
            self.add_error("address", _("This mailbox is there already."))
        return cleaned

    def _is_taken(self, kind: Any, address: str) -> bool:
        """By another team; or by the operator, for answers."""
        others = Mailbox.objects.exclude(pk=self.instance.pk).exclude(team=self.instance.team_id)
        is_for_answers = bool(settings.REPLY_DOMAIN) and address.lower().endswith(f"@{settings.REPLY_DOMAIN}")
        return is_for_answers or others.filter(kind=kind, address__iexact=address).exists()

    def _is_double(self, kind: Any, address: str) -> bool:
        own = Mailbox.objects.filter(team=self.instance.team_id, kind=kind, address=address)
        return bool(address) and own.exclude(pk=self.instance.pk).exists()
