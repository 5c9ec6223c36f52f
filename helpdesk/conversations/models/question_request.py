"""Requests to learners for the question that is missing in their help request."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.conversations.models.replies import FirstReply
from helpdesk.conversations.querysets import QuestionRequestQuerySet
from helpdesk.teams.models import Team, User
from helpdesk.tickets.models import Message, Ticket


class QuestionRequest(models.Model):
    """An automatic message that asks a ticket's learner what it is about: waiting → sent | not_sent.

    A ticket has at most one of each kind, so that nobody is asked automatically twice.
    """

    class Kind(models.TextChoices):
        """Whether the first reply or a person asks."""

        FIRST = "first", pgettext_lazy("question request", "The first reply")
        AGAIN = "again", pgettext_lazy("question request", "Someone on the team")

    class State(models.TextChoices):
        """Whether the learner was asked."""

        WAITING = "waiting", pgettext_lazy("question request", "Waiting")
        SENT = "sent", pgettext_lazy("question request", "Sent")
        NOT_SENT = "not_sent", pgettext_lazy("question request", "Not sent")

    class Reason(models.TextChoices):
        """Why nothing was sent."""

        TEST_CALL = "test_call", _("It is a test call")
        MERGED = "merged", _("The request was merged into another")
        BY_HAND = "by_hand", _("Someone on the team opened the ticket")
        QUESTION_KNOWN = "question_known", _("What it is about was already known")
        ANSWERED = "already_answered", _("Someone had already answered")
        FINISHED = "finished", _("The ticket was already resolved or closed")
        LEARNER_WROTE = "learner_wrote", _("The learner had already written")
        IN_CONVERSATION = "in_conversation", _("The learner and the team were writing to each other on another ticket")
        ALREADY_ASKED = "already_asked", _("The learner had already been asked")
        NO_ADDRESS = "no_address", _("The learner has no e-mail address to write to")
        SUPPRESSED = "suppressed", _("E-mail to this address is stopped")
        DAILY_LIMIT = "daily_limit", _("The learner had already received enough automatic e-mails for one day")
        TOO_LATE = "too_late", _("The request was more than a day old")
        SWITCHED_OFF = "switched_off", _("The first reply was turned off in the meantime")
        NOT_DELIVERED = "not_delivered", _("The e-mail did not reach the learner")
        INCOMPLETE = "incomplete", _("Something in the text could not be filled in")
        ERROR = "error", _("It could not be written because of an error on our side")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, db_index=False, related_name="question_requests", verbose_name=_("ticket")
    )
    first_reply = models.ForeignKey(
        FirstReply,
        models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="question_requests",
        verbose_name=_("first reply"),
        help_text=_("Its text comes from this first reply; empty if that was deleted, or there was none."),
    )
    kind = models.CharField(_("asked by"), max_length=10, choices=Kind, default=Kind.FIRST)
    requested_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    due_at = models.DateTimeField(_("due"), help_text=_("When we decide whether to send it."))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(
        _("answered"), null=True, blank=True, editable=False, help_text=_("When the learner first wrote after it.")
    )
    message = models.OneToOneField(
        Message,
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="question_request",
        verbose_name=_("message"),
    )
    topics = models.JSONField(
        _("choices"), default=list, editable=False, help_text=_("The topics that were offered, in their order.")
    )
    lessons = models.JSONField(
        _("lessons"), default=list, editable=False, help_text=_("Titles of the lessons that the learner saw last.")
    )
    answer_by = models.DateTimeField(
        _("answer promised by"), null=True, blank=True, editable=False, help_text=_("Empty: as soon as possible.")
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("The language of the question."),
    )
    sender_first_name = models.CharField(
        max_length=150,
        db_column="signed_by",
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("First name in its e-mail’s sender; empty: only the school’s name."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = QuestionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for the question")
        verbose_name_plural = _("requests for the question")
        constraints = [models.UniqueConstraint(fields=["ticket", "kind"], name="question_request_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="question_request_due", condition=Q(state="waiting")),
            models.Index(fields=["first_reply", "created_at"], name="question_request_of_reply"),
            models.Index(fields=["reason", "ticket"], name="question_request_reason", condition=Q(state="not_sent")),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · {self.get_state_display()}"
