"""Tokens, rate limits, and responses stored for repeated requests."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.ui.networks import LONGEST

PREFIX = "hdt_"  # lets scanners recognise a leaked token


class Scope(models.TextChoices):
    """What a token may do: with all resources, or combined with a resource by `scope_of`."""

    READ = "read", pgettext_lazy("scope", "Read")
    WRITE = "write", pgettext_lazy("scope", "Write")


RESOURCES = {  # the tags of the API's schema, with their names for people
    "tickets": _("Tickets"),
    "tags": _("Tags"),
    "saved views": _("Saved views"),
    "canned replies": _("Canned replies"),
    "first replies": _("First replies"),
    "learners": _("Learners"),
    "courses": _("Courses"),
    "team": _("Team"),
    "sources": _("Sources"),
    "reports": _("Reports"),
}


def scope_of(resource: str, level: str) -> str:
    """The scope to read or write this resource only, such as `tickets:read`."""
    return f"{resource.replace(' ', '-')}:{level}"


ALL_SCOPES = [*Scope.values, *(scope_of(resource, level) for resource in RESOURCES for level in Scope.values)]
_LABELS = {scope_of(resource, level): (resource, level) for resource in RESOURCES for level in Scope.values}


def scope_label(scope: str) -> str:
    """The name of the scope for people."""
    if scope not in _LABELS:
        return str(Scope(scope).label)
    resource, level = _LABELS[scope]
    return f"{RESOURCES[resource]}: {str(Scope(level).label).lower()}"


class Token(models.Model):
    """An integration's access to one team. Its secret is shown once and stored as a hash."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="tokens", verbose_name=_("team"))
    name = models.CharField(_("name"), max_length=100, help_text=_("The history shows its changes under this name."))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(
        _("ends in"), max_length=4, editable=False, help_text=_("The last characters, to identify the token.")
    )
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    networks = ArrayField(
        models.CharField(max_length=LONGEST),
        null=True,
        blank=True,
        verbose_name=_("only from"),
        help_text=_("Networks that it may be used from; empty means anywhere."),
    )
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("created by"))
    is_operators = models.BooleanField(
        _("created on the command line"),
        default=False,
        editable=False,
        help_text=_(
            "Belongs to the operator and does not depend on anyone’s access. Every other token stops working when "
            "its creator loses access."
        ),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(
        _("last used"), null=True, blank=True, editable=False, help_text=_("To the minute.")
    )
    last_used_from = models.GenericIPAddressField(_("last used from"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = TeamQuerySet["Token"].as_manager()

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_expired(self) -> bool:
        """Whether the time of expiry has passed."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_revoked(self) -> bool:
        """Whether the token was revoked, or its creator's account no longer exists."""
        return self.revoked_at is not None or (self.created_by_id is None and not self.is_operators)

    @property
    def is_live(self) -> bool:
        """Whether the token is neither revoked nor expired; the rights of its creator are checked elsewhere."""
        # FIND_AND_COUNT in framework/authentication.py says the same in SQL.
        return not self.is_revoked and not self.is_expired

    @property
    def scope_labels(self) -> list[Any]:
        """The names of the scopes for people."""
        return [scope_label(scope) for scope in self.scopes]

    @staticmethod
    def new_secret() -> str:
        """A new secret: PREFIX and 256 random bits."""
        return PREFIX + secrets.token_urlsafe(32)


class RateWindow(models.Model):
    """How many requests a token, a person or a whole team made, in the minute of the latest one.

    The table is UNLOGGED, so that counting writes no WAL; a crash of the database only loses the counts.
    """

    client = models.CharField(
        _("client"),
        max_length=30,
        primary_key=True,
        help_text=_("The token, person or team whose requests are counted."),
    )
    started_at = models.DateTimeField(_("minute"))
    requests = models.PositiveIntegerField(_("requests"))

    class Meta:
        verbose_name = _("rate window")
        verbose_name_plural = _("rate windows")

    def __str__(self) -> str:
        return f"{self.client} {self.requests}"


class IdempotentRequest(models.Model):
    """A POST that was carried out with an `Idempotency-Key`, and its response, in case it is sent again."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    client = models.CharField(_("client"), max_length=30, help_text=_("The token or person that sent the request."))
    key = models.CharField(_("key"), max_length=255)
    fingerprint = models.CharField(
        max_length=64,
        help_text=_("Hash of the method, address and body: with other contents, the request is not a repeat."),
    )
    status = models.PositiveSmallIntegerField(_("status"))
    headers = models.JSONField(_("headers"))
    body = models.TextField(_("body"))
    created_at = models.DateTimeField(_("completed"), default=timezone.now, db_index=True, editable=False)

    objects = TeamQuerySet["IdempotentRequest"].as_manager()

    class Meta:
        verbose_name = _("idempotent request")
        verbose_name_plural = _("idempotent requests")
        constraints = [models.UniqueConstraint(fields=["team", "client", "key"], name="idempotent_request_once")]

    def __str__(self) -> str:
        return f"{self.client} {self.key}"
