"""A help request."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import Course, Learner, Lesson, Producer
from helpdesk.courses.search import Fold, FoldWords, Words
from helpdesk.teams.models import Team, User
from helpdesk.tickets.models.queue import INBOX_ORDER, InQueue
from helpdesk.tickets.models.tag import Tag
from helpdesk.tickets.models.topic import QuestionOrigin, Topic
from helpdesk.tickets.models.workflow import (
    DONE_STATUSES,
    NEXT_STATUSES,
    PAUSED_STATUSES,
    UNFINISHED_STATUSES,
    Priority,
    Status,
)
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.keyset import expression_of

IN_INBOX_ORDER = [expression_of(name) for name in INBOX_ORDER.fields]
IS_UNFINISHED = Q(merged_into__isnull=True, status__in=UNFINISHED_STATUSES)
IS_KNOWN = Q(merged_into__isnull=True, question_known_at__isnull=False)
IS_DONE = Q(merged_into__isnull=True, status__in=DONE_STATUSES)
HAS_OLD_WORDS = IS_DONE & (Q(words_forgotten_at=None) | Q(words_forgotten_at__lt=F("last_activity_at")))


class Ticket(InQueue, models.Model):
    """One help request: from a `learner_help` event, or made by hand.

    Changed only by `helpdesk.tickets.actions`, which records each change as a TicketEvent. All times are UTC.
    """

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="tickets", verbose_name=_("team"))
    number = models.PositiveIntegerField(_("number"), help_text=_("Counted within the team."))
    learner = models.ForeignKey(
        Learner, models.RESTRICT, db_index=False, related_name="tickets", verbose_name=_("learner")
    )
    course = models.ForeignKey(
        Course, models.RESTRICT, null=True, blank=True, db_index=False, related_name="tickets", verbose_name=_("course")
    )
    producer = models.ForeignKey(
        Producer,
        models.RESTRICT,
        null=True,
        blank=True,
        db_index=False,
        related_name="tickets",
        verbose_name=_("producer"),
    )
    lesson = models.ForeignKey(
        Lesson,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="tickets",
        verbose_name=_("lesson"),
        help_text=_("Where the learner was just before asking, by their activity; empty if that is not known."),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, db_index=False, related_name="tickets", verbose_name=_("assignee")
    )
    tags = models.ManyToManyField(Tag, blank=True, related_name="tickets", verbose_name=_("tags"))
    merged_into = models.ForeignKey(
        "self",
        models.RESTRICT,
        null=True,
        blank=True,
        db_index=False,
        related_name="merged_tickets",
        verbose_name=_("merged into"),
    )
    question = models.TextField(
        _("question"),
        max_length=20_000,
        blank=True,
        default="",
        db_default="",
        help_text=_("What the learner wants to know, once someone has said it."),
    )
    question_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
        verbose_name=_("question from"),
        help_text=_("The merged ticket whose question this one shows; empty if the question is its own."),
    )
    topic = models.CharField(
        _("topic"), max_length=10, choices=Topic, blank=True, db_default="", help_text=_("What the question is about.")
    )
    question_origin = models.CharField(
        _("question known from"), max_length=20, choices=QuestionOrigin, blank=True, db_default="", editable=False
    )
    question_known_at = models.DateTimeField(_("question known"), null=True, blank=True, editable=False)
    is_lesson_told = models.BooleanField(
        _("lesson told"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("The learner or the team said which lesson it is about; activity does not change it any more."),
    )
    continues = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="continuations",
        verbose_name=_("continues"),
        help_text=_("The ticket that was finished too long ago to be reopened when the learner wrote on it again."),
    )
    awaiting_reply_since = models.DateTimeField(
        _("awaiting a reply since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the learner wrote something that nobody has replied to yet."),
    )
    sending_failed_at = models.DateTimeField(
        _("sending failed"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When a message was not delivered to the learner and nobody has dealt with it yet."),
    )
    request_count = models.PositiveIntegerField(
        _("times asked"), default=1, help_text=_("This help request and those merged into it.")
    )
    requested_at = models.DateTimeField(_("requested"), help_text=_("When the learner asked."))
    created_at = models.DateTimeField(_("stored"), default=timezone.now, editable=False)
    last_activity_at = models.DateTimeField(_("last activity"), default=timezone.now)
    words_forgotten_at = models.DateTimeField(
        _("emptied"), null=True, blank=True, editable=False, help_text=_("When its messages were deleted by retention.")
    )
    first_responded_at = models.DateTimeField(_("first response"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    response_due_at = models.DateTimeField(
        _("response due"), help_text=_("When the team aims to have answered, by its target on that day.")
    )
    urgency = models.GeneratedField(
        expression=Case(
            When(status__in=PAUSED_STATUSES, then=Value(5)),
            When(priority=Priority.URGENT, then=Value(0)),
            When(request_count__gt=1, then=Value(1)),
            When(priority=Priority.HIGH, then=Value(2)),
            When(priority=Priority.LOW, then=Value(4)),
            default=Value(3),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
        verbose_name=_("urgency"),
        help_text=_("0 urgent, 1 asked again, 2 high, 3 normal, 4 low, 5 waiting on someone else."),
    )
    version = models.PositiveIntegerField(
        _("version"),
        default=1,
        help_text=_("Goes up with every change, so that a change based on an older version is noticed."),
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="ticket_number"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="ticket_status"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="ticket_not_merged_into_itself"),
        ]
        indexes = [
            models.Index("team", *IN_INBOX_ORDER, name="ticket_inbox", condition=IS_UNFINISHED),
            models.Index("team", "assignee", *IN_INBOX_ORDER, name="ticket_inbox_of", condition=IS_UNFINISHED),
            models.Index("team", "status", *IN_INBOX_ORDER, name="ticket_inbox_status", condition=IS_UNFINISHED),
            models.Index(
                fields=["team", "-requested_at", "-id"], name="ticket_unfinished_newest", condition=IS_UNFINISHED
            ),
            models.Index(
                fields=["team", "-last_activity_at", "-id"], name="ticket_unfinished_active", condition=IS_UNFINISHED
            ),
            models.Index(fields=["learner", "course"], name="ticket_unfinished_of_learner", condition=IS_UNFINISHED),
            models.Index(
                fields=["team", "snoozed_until"], name="ticket_snoozed", condition=Q(snoozed_until__isnull=False)
            ),
            models.Index(fields=["team", "-requested_at", "-id"], name="ticket_newest"),
            models.Index(fields=["team", "-requested_at", "-id"], name="ticket_done", condition=IS_DONE),
            models.Index(fields=["team", "last_activity_at", "id"], name="ticket_changed"),
            models.Index(fields=["team", "last_activity_at", "id"], name="ticket_old_words", condition=HAS_OLD_WORDS),
            models.Index(
                fields=["team", "-requested_at", "-id"], name="ticket_asked_again", condition=Q(request_count__gt=1)
            ),
            models.Index(
                fields=["team", "resolved_at"], name="ticket_resolved", condition=Q(resolved_at__isnull=False)
            ),
            models.Index(
                fields=["assignee", "-requested_at", "-id"],
                name="ticket_of_assignee",
                condition=Q(assignee__isnull=False),
            ),
            models.Index(fields=["learner", "-requested_at", "-id"], name="ticket_of_learner"),
            models.Index(fields=["course", "-requested_at", "-id"], name="ticket_of_course"),
            models.Index(
                fields=["lesson", "-requested_at", "-id"], name="ticket_of_lesson", condition=Q(lesson__isnull=False)
            ),
            models.Index(
                fields=["team", "sending_failed_at"],
                name="ticket_sending_failed",
                condition=Q(sending_failed_at__isnull=False),
            ),
            models.Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
            models.Index(
                fields=["question_from"], name="ticket_question_from", condition=Q(question_from__isnull=False)
            ),
            models.Index(fields=["continues"], name="ticket_continues", condition=Q(continues__isnull=False)),
            models.Index(
                fields=["team", "-requested_at", "-id"],
                name="ticket_awaiting_reply",
                condition=Q(awaiting_reply_since__isnull=False),
            ),
            *(
                models.Index(
                    fields=[field, "-requested_at", "-id"],
                    include=["topic"],
                    name=f"ticket_known_{field}",
                    condition=IS_KNOWN,
                )
                for field in ("team", "course", "lesson")
            ),
            models.Index(
                fields=["course", "merged_into"], name="ticket_merged_course", condition=Q(merged_into__isnull=False)
            ),
            models.Index(
                fields=["lesson", "merged_into"],
                name="ticket_merged_lesson",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(
                fields=["producer", "merged_into"],
                name="ticket_merged_producer",
                condition=Q(merged_into__isnull=False),
            ),
            GinIndex(OpClass(Fold("question"), "gin_trgm_ops"), name="ticket_question", condition=~Q(question="")),
            GinIndex(Words(FoldWords("question")), name="ticket_words_apart", condition=~Q(question="")),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def address(self) -> str:
        """The page's address below the team's."""
        return f"tickets/{self.number}/"

    @property
    def is_finished(self) -> bool:
        """Whether it is resolved or closed."""
        return self.status in DONE_STATUSES

    @property
    def is_question_known(self) -> bool:
        """Whether somebody has said what it is about, in words or by choosing a topic."""
        return bool(self.question or self.topic)

    @property
    def is_awaiting_reply(self) -> bool:
        """Whether the learner wrote something that nobody has replied to, and that is not done with."""
        return self.awaiting_reply_since is not None and not self.is_finished

    @property
    def is_merged(self) -> bool:
        """Whether it is merged into another ticket, which stands for it."""
        return self.merged_into_id is not None

    @property
    def is_snoozed(self) -> bool:
        """Whether it is out of the inbox until a later time."""
        return self.snoozed_until is not None and self.snoozed_until > timezone.now()

    @property
    def is_overdue(self) -> bool:
        """Whether the learner still waits for an answer after the time that the team means to keep."""
        return self.first_responded_at is None and not self.is_finished and self.response_due_at < timezone.now()

    @property
    def next_statuses(self) -> list[Status]:
        """The statuses that it may be given now."""
        return NEXT_STATUSES[self.status]
