"""Mailboxes that received e-mail is fetched from or delivered to."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedTextField

from helpdesk.teams.models import Team
from helpdesk.teams.querysets import TeamQuerySet


class Mailbox(models.Model):
    """A source of a team's e-mail.

    For IMAP, `uidvalidity` and `last_uid` are the cursor: the folder's numbering, and the last e-mail fetched under it.
    `leased_by` is the random ID of the process that fetches it until `leased_until`. `tag_test_hash` is the SHA-256
    (hex) of the token in the test that was sent to its address with a tag; empty if no test is pending.
    """

    class Kind(models.TextChoices):
        """How a mailbox's e-mail reaches us."""

        IMAP = "imap", _("Fetched by IMAP")
        PROVIDER = "provider", _("Sent by an e-mail provider's webhook")
        SMTP = "smtp", _("Sent to our own SMTP server")

    class Login(models.TextChoices):
        """How we log in to an IMAP server."""

        PASSWORD = "password", _("Password")
        XOAUTH2 = "xoauth2", _("OAuth 2 token")

    class Security(models.TextChoices):
        """How the connection to an IMAP server is encrypted."""

        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        NONE = "none", _("None, in the operator's own network")

    ACCOUNT_FIELDS = ("host", "port", "username", "folder")

    team = models.ForeignKey(Team, models.CASCADE, related_name="mailboxes", verbose_name=_("team"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    address = models.EmailField(_("address"))
    host = models.CharField(_("server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(
        _("encryption"), max_length=10, choices=Security, default=Security.TLS, db_default=Security.TLS
    )
    login = models.CharField(_("login"), max_length=10, choices=Login, default=Login.PASSWORD)
    username = models.CharField(_("user name"), max_length=254, blank=True)
    secret = EncryptedTextField(
        _("password or token"), null=True, blank=True, default="", help_text=_("Encrypted at rest, and never shown.")
    )
    token_url = models.CharField(
        _("token server"), max_length=500, blank=True, default="", db_default="", help_text=_("Renews the token.")
    )
    client_id = models.CharField(_("client ID"), max_length=255, blank=True, default="", db_default="")
    client_secret = EncryptedTextField(
        _("client secret"), null=True, blank=True, default="", help_text=_("Encrypted at rest, and never shown.")
    )
    refresh_token = EncryptedTextField(
        _("refresh token"), null=True, blank=True, default="", help_text=_("Encrypted at rest, and never shown.")
    )
    token_expires_at = models.DateTimeField(
        _("token valid until"), null=True, blank=True, editable=False, help_text=_("Then it is renewed.")
    )
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    authserv_id = models.CharField(
        _("mail server's name"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("The name that it writes in Authentication-Results, where it says whether a sender is genuine."),
    )
    is_enabled = models.BooleanField(_("on"), default=True)
    uidvalidity = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    last_uid = models.PositiveBigIntegerField(default=0, editable=False)
    leased_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Until then, no other worker fetches it.")
    )
    leased_by = models.CharField(max_length=32, blank=True, default="", db_default="", editable=False)
    last_ok_at = models.DateTimeField(_("last fetched"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last problem"), max_length=300, blank=True, editable=False)
    alarmed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When the team was told that no e-mail arrives.")
    )
    account_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since when its current account and folder are used, if they were changed."),
    )
    takes_tags = models.BooleanField(
        _("takes tags"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Whether e-mail to its address with a plus sign and a tag arrives; empty until that is known."),
    )
    tag_test_hash = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    tag_test_asked_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When its automatic test was requested; empty until the first e-mail arrives."),
    )
    tag_test_sent_at = models.DateTimeField(_("tag tested"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = TeamQuerySet["Mailbox"].as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [models.UniqueConstraint(fields=["team", "kind", "address"], name="mailbox_once")]

    def __str__(self) -> str:
        return self.address

    @property
    def account(self) -> tuple[object, ...]:
        """Identifies the folder on a server in which the UIDs are valid."""
        return tuple(getattr(self, name) for name in self.ACCOUNT_FIELDS)

    @property
    def begins_at(self) -> datetime:
        """The time from which its e-mails are for us; older ones were there before it was set up."""
        return self.account_since or self.created_at

    @property
    def renews_token(self) -> bool:
        """Whether we renew its access tokens ourselves, with its client ID and refresh token."""
        return self.login == self.Login.XOAUTH2 and bool(self.refresh_token)
