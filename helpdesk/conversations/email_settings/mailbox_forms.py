"""The form for how a team's mailbox is reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.conversations.models import Mailbox
from helpdesk.operations.outgoing.targets import validate_target
from helpdesk.ui.fields import AddressField
from helpdesk.ui.forms import PartialUpdateForm

Kind, Login, Security = Mailbox.Kind, Mailbox.Login, Mailbox.Security
IMAP_FIELDS = ["host", "port", "security", "login", "username", "secret", "folder"]
TOKEN_FIELDS = ["token_url", "client_id", "client_secret", "refresh_token"]
OF_IMAP, OF_TOKENS = ["host", "username"], ["token_url", "client_id", "refresh_token"]
STAYS = gettext_lazy("Kept encrypted, and never shown. Leave empty to keep it as it is.")


class SecretField(forms.CharField):
    """A password or key to enter; the stored one is never shown."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            max_length=4_000,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=STAYS,
        )


class MailboxForm(PartialUpdateForm):
    """A mailbox that the team receives e-mail from."""

    address = AddressField(
        label=gettext_lazy("Address"), max_length=254, help_text=gettext_lazy("The address that learners write to.")
    )
    secret = SecretField(gettext_lazy("Password or token"))
    token_url = forms.CharField(
        label=gettext_lazy("Token server"),
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://oauth2.googleapis.com/token"}),
        help_text=gettext_lazy("Its address for OAuth 2, as given by Google, Microsoft or your provider."),
    )
    client_secret = SecretField(gettext_lazy("Client secret"))
    refresh_token = SecretField(gettext_lazy("Refresh token"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._before = {name: getattr(self.instance, name) for name in self.Meta.fields}

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields as the page shows them, each group under its heading."""
        yield "", [self["kind"], self["address"]]
        yield _("Only where it is fetched by IMAP"), [self[name] for name in IMAP_FIELDS]
        yield _("Only where tokens are renewed (OAuth 2)"), [self[name] for name in TOKEN_FIELDS]
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
            "token_url",
            "client_id",
            "client_secret",
            "refresh_token",
            "authserv_id",
            "is_enabled",
        ]

    def clean_secret(self) -> str:
        """The new one, else the stored one."""
        return self.cleaned_data["secret"] or self.instance.secret or ""

    def clean_client_secret(self) -> str:
        """The new one, else the stored one."""
        return self.cleaned_data["client_secret"] or self.instance.client_secret or ""

    def clean_refresh_token(self) -> str:
        """The new one, without line breaks from copying, else the stored one."""
        return self.cleaned_data["refresh_token"].strip() or self.instance.refresh_token or ""

    def clean_token_url(self) -> str:
        """A URL that we may connect to."""
        url: str = self.cleaned_data["token_url"]
        if url:
            validate_target(url, allows_private=settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES)
        return url

    def clean_security(self) -> str:
        """Require encryption, unless the operator allows private networks."""
        security: str = self.cleaned_data["security"]
        if security == Security.NONE and not settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES:
            raise ValidationError(_("Without encryption, anyone in between could read the e-mails. Choose TLS."))
        return security

    def clean_folder(self) -> str:
        """A name without control characters."""
        folder: str = self.cleaned_data["folder"]
        if any(ord(sign) < 32 for sign in folder):
            raise ValidationError(_("Enter the folder’s name."))
        return folder

    def clean(self) -> dict[str, Any]:
        """Require what IMAP needs; for our own server, an address that nobody else uses."""
        cleaned: dict[str, Any] = super().clean() or {}
        kind, address = cleaned.get("kind"), cleaned.get("address", "")
        if kind == Kind.IMAP:
            for name in OF_IMAP:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Required to fetch by IMAP."))
            self._check_login(cleaned)
        elif address and self._is_taken(kind, address):
            self.add_error("address", _("This address is already in use."))
        elif "+" in address.partition("@")[0]:
            self.add_error("address", _("Leave out the plus sign and what follows it: we add a tag of our own there."))
        if self._is_double(kind, address):
            self.add_error("address", _("This mailbox already exists."))
        return cleaned

    def _check_login(self, cleaned: dict[str, Any]) -> None:
        """Require a password or token, or else everything that is needed to renew tokens."""
        renews = cleaned.get("login") == Login.XOAUTH2 and any(cleaned.get(name) for name in TOKEN_FIELDS)
        if not renews and not cleaned.get("secret"):
            self.add_error("secret", _("Required to fetch by IMAP."))
        for name in OF_TOKENS if renews else ():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Required to renew tokens."))

    def save_changes(self) -> bool:
        """Save only the changed fields, so that what fetching records is kept; returns whether anything changed."""
        mailbox: Mailbox = self.instance
        changed = [name for name, before in self._before.items() if (getattr(mailbox, name) or "") != (before or "")]
        if {"login", "secret", *TOKEN_FIELDS} & set(changed):
            # Fetch again at once, with a new token.
            mailbox.token_expires_at, mailbox.leased_until, mailbox.leased_by = None, None, ""
            changed += ["token_expires_at", "leased_until", "leased_by"]
        if set(Mailbox.ACCOUNT_FIELDS) & set(changed):
            # UIDs differ there; e-mails since the last fetch are read, so that none is lost when it moves.
            mailbox.account_since = mailbox.last_ok_at or mailbox.account_since
            mailbox.uidvalidity, mailbox.last_uid = None, 0
            changed += ["account_since", "uidvalidity", "last_uid"]
        if {"kind", "address", *Mailbox.ACCOUNT_FIELDS} & set(changed):
            # The test was of the former mailbox; it is repeated after the first fetch.
            mailbox.takes_tags, mailbox.tag_test_hash = None, ""
            mailbox.tag_test_asked_at, mailbox.tag_test_sent_at = None, None
            changed += ["takes_tags", "tag_test_hash", "tag_test_asked_at", "tag_test_sent_at"]
        mailbox.save(update_fields=changed)
        return bool(changed)

    def _is_taken(self, kind: Any, address: str) -> bool:
        """Whether another team uses the address, or the operator reserved it for replies."""
        others = Mailbox.objects.exclude(pk=self.instance.pk).exclude(team=self.instance.team_id)
        is_for_answers = bool(settings.REPLY_DOMAIN) and address.lower().endswith(f"@{settings.REPLY_DOMAIN}")
        return is_for_answers or others.filter(kind=kind, address__iexact=address).exists()

    def _is_double(self, kind: Any, address: str) -> bool:
        own = Mailbox.objects.filter(team=self.instance.team_id, kind=kind, address=address)
        return bool(address) and own.exclude(pk=self.instance.pk).exists()
