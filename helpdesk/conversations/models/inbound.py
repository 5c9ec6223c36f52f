"""Received e-mail, as it arrived."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.models.inbound_reasons import Reason, reasons_of, sentence_of, stored
from helpdesk.conversations.models.mailbox import Mailbox
from helpdesk.conversations.models.states import UNDECIDED, InboundState
from helpdesk.conversations.querysets import IS_DECIDED, IS_WAITING, NOTHING, InboundEmailQuerySet
from helpdesk.teams.models import Team, User
from helpdesk.tickets.models import Message, Ticket


class InboundEmail(models.Model):
    """An e-mail as it arrived. It is stored first and interpreted afterwards.

    Duplicates are recognised by their place in an IMAP folder (`uidvalidity` and `uid`), by the ID of the provider's
    event (`provider_event`), or else by the SHA-256 of their bytes (`sha256`, in hex).
    """

    State: TypeAlias = InboundState

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    mailbox = models.ForeignKey(
        Mailbox,
        models.SET_NULL,
        null=True,
        related_name="emails",
        verbose_name=_("mailbox"),
        help_text=_("Empty once the mailbox was deleted."),
    )
    uidvalidity = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    uid = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    provider_event = models.CharField(max_length=200, blank=True, editable=False)
    envelope_from = models.CharField(_("envelope sender"), max_length=320, blank=True)
    envelope_to = models.CharField(_("envelope recipient"), max_length=320, blank=True)
    by_relay = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("One of our mail servers passed it on, and verified the sender."),
    )
    raw = models.BinaryField(_("the e-mail as it came"), editable=False)
    size = models.PositiveIntegerField(_("size"), default=0, db_default=0, editable=False, help_text=_("Bytes."))
    sha256 = models.CharField(max_length=64, editable=False)
    email_message_id = models.CharField("Message-ID", max_length=500, blank=True, db_index=True)
    sender_name = models.CharField(_("sender's name"), max_length=150, blank=True)
    sender_address = models.CharField(_("sender's address"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    signing_domain = models.CharField(
        _("signed by"),
        max_length=255,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("The domain whose DKIM signature we verified, because no mail server of ours did."),
    )
    has_new_subject = models.BooleanField(
        default=False, db_default=False, editable=False, help_text=_("The subject is new on its ticket.")
    )
    is_spam = models.BooleanField(
        _("spam"),
        default=False,
        db_default=False,
        help_text=_("The mailbox’s mail server or a person marked it; without a ticket it waits among the spam."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STORED)
    # In the language active at the time: the previous version shows it, and older e-mails have nothing else.
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text=_("The reason, in words."))
    reason_parts = models.JSONField(
        default=dict,
        db_default={},
        editable=False,
        help_text=_("The reason as codes and values, for any language; empty for older e-mails."),
    )
    left_out = models.TextField(
        _("left out"),
        blank=True,
        default="",
        db_default="",
        help_text=_("What its message lacks, and why, such as refused files or text that is too long."),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now, db_default=Now(), editable=False)
    ticket = models.ForeignKey(
        Ticket, models.SET_NULL, null=True, blank=True, related_name="inbound_emails", verbose_name=_("ticket")
    )
    message = models.OneToOneField(
        Message, models.SET_NULL, null=True, blank=True, related_name="inbound_email", verbose_name=_("message")
    )
    decided_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("filed by")
    )
    undo = models.JSONField(
        default=dict, db_default={}, editable=False, help_text=_("What filing it changed, with the earlier values.")
    )
    ignored_together = models.UUIDField(
        null=True, blank=True, editable=False, help_text=_("The same for e-mails that were ignored together.")
    )
    received_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    touched_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("When somebody last set it to wait for a decision.")
    )

    objects = InboundEmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("inbound e-mail")
        verbose_name_plural = _("inbound e-mails")
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uidvalidity", "uid"], name="inbound_uid", condition=Q(uid__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["mailbox", "provider_event"],
                name="inbound_provider_event",
                condition=~Q(provider_event=""),
            ),
            models.UniqueConstraint(
                fields=["mailbox", "envelope_to", "sha256"],
                name="inbound_bytes",
                condition=Q(uid__isnull=True, provider_event=""),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], name="inbound_due", condition=Q(state=InboundState.STORED)),
            models.Index(fields=["mailbox", "sha256"], name="inbound_same_bytes"),
            models.Index(fields=["team", "-received_at", "-id"], name="inbound_newest"),
            models.Index(fields=["team", "received_at", "id"], name="inbound_with_bytes", condition=IS_DECIDED),
            models.Index(fields=["team", "-received_at", "-id"], name="inbound_held", condition=IS_WAITING),
            models.Index(
                fields=["team", "-received_at", "-id"],
                name="inbound_to_decide",
                condition=IS_WAITING & Q(is_spam=False),
            ),
            models.Index(
                fields=["ignored_together"],
                name="inbound_ignored_together",
                condition=Q(ignored_together__isnull=False),
            ),
            models.Index(fields=["team", "sender_address"], name="inbound_of_sender", condition=~Q(sender_address="")),
            models.Index(fields=["team", "envelope_from"], name="inbound_of_envelope", condition=~Q(envelope_from="")),
            models.Index(fields=["team", "id"], name="inbound_unfiled", condition=Q(ticket__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender_address

    @property
    def reasons(self) -> Sequence[Reason]:
        """The reasons for its state."""
        return reasons_of(self.reason, self.reason_parts)

    @reasons.setter
    def reasons(self, reasons: Sequence[Reason]) -> None:
        for name, value in stored(reasons).items():
            setattr(self, name, value)

    @property
    def localized_reason(self) -> str:
        """The reasons for its state, in the active language; for older e-mails, the sentence as stored."""
        return sentence_of(self.reasons)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody must decide about it."""
        return self.state in UNDECIDED

    @property
    def is_kept(self) -> bool:
        """Whether its bytes are still stored, or there never were any."""
        return bool(self.raw or self.is_missing)

    @property
    def is_missing(self) -> bool:
        """Whether we never had its bytes: the mail server listed the e-mail but did not deliver it."""
        return self.sha256 == NOTHING

    @property
    def authserv_id(self) -> str:
        """The server name whose Authentication-Results count; empty if anybody may have handed the e-mail over."""
        mailbox = self.mailbox
        return mailbox.authserv_id if mailbox and (mailbox.kind == Mailbox.Kind.IMAP or self.by_relay) else ""

    @property
    def is_cut(self) -> bool:
        """Whether it was too large, and only its beginning was stored."""
        return self.size > len(self.raw)
