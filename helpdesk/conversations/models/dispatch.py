"""Messages on their way to learners."""

from __future__ import annotations

from typing import TypeAlias

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.models.states import UNSENT, DispatchState
from helpdesk.conversations.querysets import DispatchQuerySet
from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models import Message


class Dispatch(models.Model):
    """A message to one recipient. All attempts have the same Message-ID, so that readers see a repeated one once.

    held → cancelled | queued → sending → accepted → delivered | bounced | complained. What the server defers is queued
    again; what it refuses, or has not accepted within a day, has failed.
    """

    State: TypeAlias = DispatchState

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    message = models.ForeignKey(Message, models.CASCADE, related_name="dispatches", verbose_name=_("message"))
    recipient = models.EmailField(_("recipient"))
    former_recipients = models.JSONField(
        default=list,
        db_default=[],
        editable=False,
        help_text=_(
            "Earlier recipients, before the address was corrected; reports about them do not count for the current one."
        ),
    )
    email_message_id = models.CharField("Message-ID", max_length=200, unique=True, help_text=_("With angle brackets."))
    subject = models.CharField(
        _("subject"), max_length=200, blank=True, db_default="", help_text=_("The same for all e-mails of a ticket.")
    )
    reply_token_hash = models.CharField(
        max_length=64, unique=True, editable=False, help_text=_("Hash of the token in the reply address.")
    )
    provider_id = models.CharField(
        _("the provider's ID"),
        max_length=200,
        blank=True,
        db_index=True,
        help_text=_("The ID that its reports refer to."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HELD)
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text=_("Why it failed, in words."))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    leased_until = models.DateTimeField(
        _("leased until"), null=True, blank=True, editable=False, help_text=_("Until then, no other worker sends it.")
    )
    handed_over_at = models.DateTimeField(
        _("handed over"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("From then until the server answers, nobody knows whether it took the e-mail."),
    )
    repeats = models.PositiveSmallIntegerField(
        _("repeats"),
        default=0,
        db_default=0,
        editable=False,
        help_text=_("How often it was sent again for lack of an answer."),
    )
    before = models.JSONField(
        default=dict, db_default={}, editable=False, help_text=_("The ticket’s values before it was sent.")
    )
    after = models.JSONField(
        default=dict,
        db_default={},
        editable=False,
        help_text=_("The ticket’s values after it was sent; undo compares with these."),
    )
    invites_rating = models.BooleanField(
        _("asks how the help was"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Decided at the first attempt, so that all attempts are the same."),
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        constraints = [models.UniqueConstraint(fields=["message", "recipient"], name="dispatch_once")]
        indexes = [
            models.Index(fields=["next_try_at"], name="dispatch_due", condition=Q(state__in=UNSENT)),
            models.Index(fields=["recipient", "created_at"], name="dispatch_of_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} · {self.get_state_display()}"

    @property
    def tone(self) -> str:
        """The colour class that pages show its state in; empty while it is on its way."""
        if self.state in {self.State.FAILED, self.State.BOUNCED, self.State.COMPLAINED}:
            return "late"
        return "done" if self.state in {self.State.ACCEPTED, self.State.DELIVERED} else ""


class DispatchEvent(models.Model):
    """A change of a dispatch's state, as we or the provider saw it; append-only."""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="events", verbose_name=_("dispatch"))
    state = models.CharField(_("state"), max_length=10, choices=Dispatch.State)
    detail = models.CharField(_("detail"), max_length=500, blank=True, help_text=_("The server’s answer."))
    provider_event_id = models.CharField(
        max_length=200, null=True, blank=True, unique=True, editable=False, help_text=_("Recognizes a repeated report.")
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("event of a dispatch")
        verbose_name_plural = _("events of dispatches")

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.detail}".strip()


class SuppressedAddress(models.Model):
    """An address that a team no longer e-mails, until a person allows it again."""

    class Reason(models.TextChoices):
        """Why the team does not e-mail an address."""

        BOUNCED = "bounced", _("E-mail to this address bounced")
        COMPLAINED = "complained", _("The recipient marked an e-mail as spam")
        BY_HAND = "by_hand", _("Someone on the team stopped it")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    address = models.EmailField(_("address"), help_text=_("Lower case."))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    suppressed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = TeamQuerySet["SuppressedAddress"].as_manager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [models.UniqueConstraint(fields=["team", "address"], name="suppressed_once")]

    def __str__(self) -> str:
        return self.address
