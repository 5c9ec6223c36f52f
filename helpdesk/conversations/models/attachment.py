"""Files of a conversation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.models.draft import Draft
from helpdesk.mail.parsed import LARGEST_FILE
from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models import Message, Ticket


class Attachment(models.Model):
    """A file of a message; `message` is empty while it is uploaded but not sent.

    `storage_key` is its random name in the storage, `sha256` the hash of its bytes in hex.
    """

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="attachments", verbose_name=_("ticket"))
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="attachments", verbose_name=_("message")
    )
    draft = models.ForeignKey(
        Draft,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="attachments",
        verbose_name=_("draft"),
    )
    uploaded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("uploaded by")
    )
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(_("type"), max_length=100, help_text=_("Detected from the bytes."))
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64, editable=False)
    storage_key = models.CharField(max_length=100, unique=True, editable=False)
    content_id = models.CharField(
        max_length=150,
        blank=True,
        editable=False,
        help_text=_("The Content-ID with which an e-mail’s HTML shows it; otherwise empty."),
    )
    is_decoration = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("It is decoration, such as a logo: shown only with the e-mail’s HTML."),
    )
    created_at = models.DateTimeField(_("stored"), default=timezone.now, editable=False)

    objects = TeamQuerySet["Attachment"].as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [models.CheckConstraint(condition=Q(size__lte=LARGEST_FILE), name="attachment_size")]
        indexes = [models.Index(fields=["created_at"], name="attachment_unsent", condition=Q(message__isnull=True))]

    def __str__(self) -> str:
        return self.name
