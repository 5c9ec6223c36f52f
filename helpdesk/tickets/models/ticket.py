"""Tickets."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import Course, Learner, Lesson, Producer
from helpdesk.teams.models import Team, User
from helpdesk.tickets.models.inbox_order import InboxOrderMixin
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.tickets.models.tag import Tag
from helpdesk.tickets.models.ticket_indexes import INDEXES
from helpdesk.tickets.models.topic import QuestionOrigin, Topic
from helpdesk.tickets.models.workflow import (
    DONE_STATUSES,
    NEXT_STATUSES,
    PAUSED_STATUSES,
    Priority,
    Status,
    Urgency,
)
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.composed import ComposedQuery

MOST_OTHERS = 10  # other requests of the learner


class Ticket(InboxOrderMixin, models.Model):
    """A help request, from a `learner_help` event or entered by hand.

    Changed only by `helpdesk.tickets.actions`, which records each change as a TicketEvent. All times are UTC.
    """

    HIGHEST_NUMBER = 2**31 - 1  # the column's maximum

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
        help_text=_(
            "Where the learner was just before asking, according to their activity; empty if that is not known."
        ),
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
        max_length=LONGEST_TEXT,
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
        _("lesson stated"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("The learner or the team said which lesson it is about, so activity no longer changes it."),
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
        help_text=_("The finished ticket on which the learner wrote again, too late to reopen it."),
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
        _("response due"), help_text=_("When the team’s answer is due, by its target on that day.")
    )
    urgency = models.GeneratedField(
        expression=Case(
            When(status__in=PAUSED_STATUSES, then=Value(Urgency.WAITING.value)),
            When(priority=Priority.URGENT, then=Value(Urgency.URGENT.value)),
            When(request_count__gt=1, then=Value(Urgency.ASKED_AGAIN.value)),
            When(priority=Priority.HIGH, then=Value(Urgency.HIGH.value)),
            When(priority=Priority.LOW, then=Value(Urgency.LOW.value)),
            default=Value(Urgency.NORMAL.value),
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
        indexes = INDEXES

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def address(self) -> str:
        """The path of the ticket's page, relative to the team's."""
        return f"tickets/{self.number}/"

    @property
    def is_finished(self) -> bool:
        """Whether it is resolved or closed."""
        return self.status in DONE_STATUSES

    @property
    def is_question_known(self) -> bool:
        """Whether somebody has stated the question, in words or by choosing a topic."""
        return bool(self.question or self.topic)

    @property
    def is_awaiting_reply(self) -> bool:
        """Whether the ticket is unfinished and the learner wrote something that nobody has replied to."""
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
    def is_to_do(self) -> bool:
        """Whether it is neither finished, snoozed nor merged into another ticket."""
        return not (self.is_merged or self.is_finished or self.is_snoozed)

    @property
    def is_overdue(self) -> bool:
        """Whether the ticket is unfinished, not merged, and has had no response by `response_due_at`."""
        is_unfinished = not (self.is_merged or self.is_finished)
        return is_unfinished and self.first_responded_at is None and self.response_due_at < timezone.now()

    @property
    def next_statuses(self) -> list[Status]:
        """The statuses that the ticket may change to."""
        return NEXT_STATUSES[self.status]

    @cached_property
    def other_requests(self) -> list[Ticket]:
        """The learner's newest other tickets, without merged ones."""
        return _OTHERS.objects(team=self.team_id, learner=self.learner_id, ticket=self.pk)


_OTHERS = ComposedQuery(
    lambda team, learner, ticket: (
        Ticket.objects.filter(team=team, learner=learner)
        .unmerged()
        .exclude(pk=ticket)
        .select_related("course")
        .newest_first()[:MOST_OTHERS]
    )
)
