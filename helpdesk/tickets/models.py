"""Tickets, their history, the team's notes and tags."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.courses.search import Fold, FoldWords, Words
from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.facts import Fact, load_fact
from helpdesk.tickets.querysets import INBOX_ORDER, SavedViewQuerySet, TicketQuerySet


class Status(models.TextChoices):
    """Where a ticket stands in its workflow."""

    NEW = "new", pgettext_lazy("ticket status", "New")
    OPEN = "open", pgettext_lazy("ticket status", "Open")
    PENDING = "pending", pgettext_lazy("ticket status", "Waiting on the learner")
    ON_HOLD = "on_hold", pgettext_lazy("ticket status", "On hold")
    RESOLVED = "resolved", pgettext_lazy("ticket status", "Resolved")
    CLOSED = "closed", pgettext_lazy("ticket status", "Closed")


OPEN_STATUSES = [Status.NEW, Status.OPEN]
PAUSED_STATUSES = [Status.PENDING, Status.ON_HOLD]
UNFINISHED_STATUSES = [*OPEN_STATUSES, *PAUSED_STATUSES]
DONE_STATUSES = [Status.RESOLVED, Status.CLOSED]

# A finished ticket goes on only by being reopened, and nothing becomes new again.
NEXT_STATUSES: dict[str, list[Status]] = {
    Status.NEW: [Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED],
    Status.OPEN: [Status.PENDING, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED],
    Status.PENDING: [Status.OPEN, Status.ON_HOLD, Status.RESOLVED, Status.CLOSED],
    Status.ON_HOLD: [Status.OPEN, Status.PENDING, Status.RESOLVED, Status.CLOSED],
    Status.RESOLVED: [Status.OPEN, Status.CLOSED],
    Status.CLOSED: [Status.OPEN],
}


class Priority(models.IntegerChoices):
    """How much a ticket matters; higher comes first."""

    LOW = 1, pgettext_lazy("priority", "Low")
    NORMAL = 2, pgettext_lazy("priority", "Normal")
    HIGH = 3, pgettext_lazy("priority", "High")
    URGENT = 4, pgettext_lazy("priority", "Urgent")


IS_UNFINISHED = Q(merged_into__isnull=True, status__in=UNFINISHED_STATUSES)
IS_DONE = Q(merged_into__isnull=True, status__in=DONE_STATUSES)
IS_PUBLISHED = Q(position__isnull=False)


class Tag(models.Model):
    """A word that a team sorts its tickets by."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="tags", verbose_name=_("team"))
    name = models.CharField(_("name"), max_length=40, help_text=_("Lower case."))

    objects = TeamQuerySet["Tag"].as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="tag_name")]

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
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
    request_count = models.PositiveIntegerField(
        _("times asked"), default=1, help_text=_("This help request and those merged into it.")
    )
    requested_at = models.DateTimeField(_("requested"), help_text=_("When the learner asked."))
    created_at = models.DateTimeField(_("stored"), default=timezone.now, editable=False)
    last_activity_at = models.DateTimeField(_("last activity"), default=timezone.now)
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
            models.Index(fields=["team", *INBOX_ORDER.fields], name="ticket_inbox", condition=IS_UNFINISHED),
            models.Index(
                fields=["team", "assignee", *INBOX_ORDER.fields], name="ticket_inbox_of", condition=IS_UNFINISHED
            ),
            models.Index(
                fields=["team", "status", *INBOX_ORDER.fields], name="ticket_inbox_status", condition=IS_UNFINISHED
            ),
            models.Index(fields=["learner", "course"], name="ticket_unfinished_of_learner", condition=IS_UNFINISHED),
            models.Index(
                fields=["team", "snoozed_until"], name="ticket_snoozed", condition=Q(snoozed_until__isnull=False)
            ),
            models.Index(fields=["team", "-requested_at", "-id"], name="ticket_newest"),
            models.Index(fields=["team", "-requested_at", "-id"], name="ticket_done", condition=IS_DONE),
            models.Index(fields=["team", "last_activity_at", "id"], name="ticket_changed"),
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
            models.Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
            models.Index(
                fields=["question_from"], name="ticket_question_from", condition=Q(question_from__isnull=False)
            ),
            models.Index(
                fields=["course", "merged_into"], name="ticket_merged_course", condition=Q(merged_into__isnull=False)
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
    def is_merged(self) -> bool:
        """Whether it is folded into another ticket, which stands for it."""
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


class TicketEvent(models.Model):
    """One fact of a ticket's history; append-only. `helpdesk.tickets.timeline` makes the sentence.

    `helpdesk.tickets.publishing` gives it its position, by which readers go, once it is committed.
    """

    class Kind(models.TextChoices):
        """What happened, in the past tense."""

        CREATED = "created", pgettext_lazy("ticket event", "Created")
        ASSIGNED = "assigned", pgettext_lazy("ticket event", "Assigned")
        UNASSIGNED = "unassigned", pgettext_lazy("ticket event", "Unassigned")
        STATUS_CHANGED = "status_changed", pgettext_lazy("ticket event", "Status changed")
        REOPENED = "reopened", pgettext_lazy("ticket event", "Reopened")
        PRIORITY_CHANGED = "priority_changed", pgettext_lazy("ticket event", "Priority changed")
        TAGGED = "tagged", pgettext_lazy("ticket event", "Tagged")
        UNTAGGED = "untagged", pgettext_lazy("ticket event", "Untagged")
        SNOOZED = "snoozed", pgettext_lazy("ticket event", "Snoozed")
        UNSNOOZED = "unsnoozed", pgettext_lazy("ticket event", "Unsnoozed")
        ASKED_AGAIN = "asked_again", pgettext_lazy("ticket event", "Asked again")
        MERGED = "merged", pgettext_lazy("ticket event", "Merged")
        UNMERGED = "unmerged", pgettext_lazy("ticket event", "Unmerged")
        NOTE_ADDED = "note_added", pgettext_lazy("ticket event", "Note added")

    class ActorKind(models.TextChoices):
        """Who acted."""

        PERSON = "person", _("Person")
        TOKEN = "token", _("Token")
        SYSTEM = "system", _("System")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="events", verbose_name=_("ticket"))
    kind = models.CharField(_("what happened"), max_length=20, choices=Kind)
    actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=ActorKind)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("actor")
    )
    actor_name = models.CharField(
        _("actor's name"), max_length=150, blank=True, help_text=_("As it was at the time; it outlives the account.")
    )
    facts = models.JSONField(
        _("facts"), default=dict, db_default={}, editable=False, help_text=_("What else it tells, read by `fact`.")
    )
    # From here to new_person: what the version before `facts` reads and writes, which may run beside this one. Nothing
    # reads them any more, and the next version drops them, with the trigger of migration 0014.
    attribute = models.CharField(_("attribute"), max_length=30, blank=True, db_default="")
    old_value = models.CharField(_("old value"), max_length=255, blank=True, db_default="")
    new_value = models.CharField(_("new value"), max_length=255, blank=True, db_default="")
    old_person = models.PositiveBigIntegerField(
        _("ID of the old person"),
        null=True,
        editable=False,
        help_text=_("If the value is a person; it outlives the account."),
    )
    new_person = models.PositiveBigIntegerField(_("ID of the new person"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, help_text=_("The ticket's, after this change."))
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    position = models.BigIntegerField(
        _("position"), null=True, editable=False, help_text=_("Its place in the history, once assigned.")
    )
    published_at = models.DateTimeField(
        _("published"),
        null=True,
        editable=False,
        help_text=_("When followers of the history were told; they are not told of imported events."),
    )

    objects = TeamQuerySet["TicketEvent"].as_manager()

    class Meta:
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        constraints = [
            models.UniqueConstraint(fields=["position"], condition=IS_PUBLISHED, name="event_position"),
        ]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="event_of_ticket"),
            models.Index(fields=["team", "position"], condition=IS_PUBLISHED, name="event_of_team"),
            models.Index(fields=["id"], condition=Q(position__isnull=True), name="event_unpublished"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"

    @cached_property
    def fact(self) -> Fact:
        """What it tells."""
        return load_fact(self.kind, self.facts)

    @property
    def actor_key(self) -> int | None:
        """The key of the person or token, as `actor_kind` says; it outlives them."""
        key: int | None = self.facts.get("actor_id", self.actor_id)
        return key


class Message(models.Model):
    """Something written on a ticket."""

    class Kind(models.TextChoices):
        """Who gets to read it."""

        NOTE = "note", _("Note (team only)")
        REPLY = "reply", _("Reply (to the learner)")
        LEARNER = "learner", _("From the learner")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, db_index=False, related_name="messages", verbose_name=_("ticket")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NOTE)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author"))
    author_name = models.CharField(_("author's name"), max_length=150, blank=True)
    body = models.TextField(_("text"), max_length=20_000)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = TeamQuerySet["Message"].as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket"),
            GinIndex(OpClass(Fold("body"), "gin_trgm_ops"), name="message_text"),
            GinIndex(Words(FoldWords("body")), name="message_words_apart"),
        ]

    def __str__(self) -> str:
        return self.body[:60]


def keep_shared_views(collector: Any, field: Any, views: Any, using: str) -> None:
    """With an account go its own saved views; those that the team shares stay with the team."""
    models.SET_NULL(collector, field, views.filter(is_shared=True), using)
    models.CASCADE(collector, field, views.filter(is_shared=False), using)


class SavedView(models.Model):
    """A question to the inbox that somebody keeps, for themselves or for the team; shown in the side bar."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="saved_views", verbose_name=_("team"))
    owner = models.ForeignKey(
        User,
        keep_shared_views,
        null=True,
        blank=True,
        related_name="saved_views",
        verbose_name=_("owner"),
        help_text=_("Empty if the account of the person who shared it is gone."),
    )
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("query"), max_length=2000, help_text=_("The query string of the inbox's address."))
    is_shared = models.BooleanField(_("shared with the team"), default=False)
    created_at = models.DateTimeField(_("saved"), default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["team", "owner", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name


class TicketViewer(models.Model):
    """Somebody who has a ticket's page open; kept up to date by the page while it is."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="viewers", verbose_name=_("ticket"))
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    is_writing = models.BooleanField(_("writing"), default=False)

    objects = TeamQuerySet["TicketViewer"].as_manager()

    class Meta:
        verbose_name = _("ticket viewer")
        verbose_name_plural = _("ticket viewers")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="ticket_viewer_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.ticket}"
