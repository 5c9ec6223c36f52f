"""The records that events are about: producers, courses, lessons, learners and their activity."""

from __future__ import annotations

from typing import TypeAlias

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.activities import ActivityKind, activity_kinds
from helpdesk.courses.querysets import ActivityQuerySet, CourseQuerySet, FormerAddressQuerySet, LearnerQuerySet
from helpdesk.courses.search import Unaccent, UnaccentWords, Words
from helpdesk.teams.models import Team
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.ui.cleaning import clean_name

HAS_COMMENT = ~Q(comment_text="")


class NamedByEvents(models.Model):
    """A record that is named after the newest event about it."""

    named_at = models.DateTimeField(
        _("named"),
        default=timezone.now,
        help_text=_(
            "When the event with this name happened (UTC), so that an older event does not bring back an old name."
        ),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), auto_now=True, db_default=Now())

    class Meta:
        abstract = True


class Producer(NamedByEvents):
    """A producer: the person or company that sells courses. A team may serve several."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="producers", verbose_name=_("team"))
    email = models.CharField(_("e-mail"), max_length=254, help_text=_("Lower case."))
    name = models.CharField(_("name"), max_length=255, blank=True)

    objects = TeamQuerySet["Producer"].as_manager()

    class Meta:
        verbose_name = _("producer")
        verbose_name_plural = _("producers")
        constraints = [models.UniqueConstraint(fields=["team", "email"], name="producer_email")]

    def __str__(self) -> str:
        return self.name if clean_name(self.name) else self.email


class Course(NamedByEvents):
    """A course on Nutror, identified by the hash in its events."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="courses", verbose_name=_("team"))
    producer = models.ForeignKey(Producer, models.CASCADE, related_name="courses", verbose_name=_("producer"))
    hash = models.CharField(_("hash"), max_length=128, help_text=_("Nutror's identifier of the course."))
    title = models.CharField(_("title"), max_length=255, blank=True)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [models.UniqueConstraint(fields=["producer", "hash"], name="course_hash")]
        indexes = [models.Index(fields=["team", "updated_at", "id"], name="course_updated")]

    def __str__(self) -> str:
        return self.title if clean_name(self.title) else self.hash


class Lesson(NamedByEvents):
    """A lesson in which a learner was when they asked for help; other lessons appear only in LearnerActivity."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="lessons", verbose_name=_("team"))
    course = models.ForeignKey(Course, models.CASCADE, db_index=False, related_name="lessons", verbose_name=_("course"))
    key = models.CharField(
        _("key"), max_length=255, help_text=_("Nutror’s ID of the lesson; its title where events name none.")
    )
    title = models.CharField(_("title"), max_length=255)

    objects = TeamQuerySet["Lesson"].as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="lesson_key")]

    def __str__(self) -> str:
        return self.title if clean_name(self.title) else self.key


class Learner(NamedByEvents):
    """A learner: somebody who takes courses, identified by their e-mail address within a team."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="learners", verbose_name=_("team"))
    email = models.CharField(_("e-mail"), max_length=254, help_text=_("Lower case."))
    name = models.CharField(_("name"), max_length=255, blank=True)

    phone = models.CharField(
        _("phone"),
        max_length=15,
        blank=True,
        default="",
        db_default="",
        help_text=_("Digits with country code; entered by the team, since events do not include it."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("Their browser’s language when they last sent something; empty: not known."),
    )
    search_text = models.GeneratedField(
        expression=Unaccent(Concat("name", Value(" "), "email")),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("search text"),
    )
    last_activity_at = models.DateTimeField(
        _("last activity"),
        default=timezone.now,
        db_default=Now(),
        editable=False,
        help_text=_("When the newest event about them happened (UTC), including help requests."),
    )
    erased_at = models.DateTimeField(
        _("erased"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since then, a pseudonym has replaced the learner."),
    )

    corrected_at = models.DateTimeField(
        _("name corrected"), null=True, blank=True, editable=False, help_text=_("Since then, events do not change it.")
    )

    objects = LearnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("learner")
        verbose_name_plural = _("learners")
        constraints = [models.UniqueConstraint(fields=["team", "email"], name="learner_email")]
        indexes = [
            GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="learner_text"),
            models.Index(fields=["team", "updated_at", "id"], name="learner_updated"),
            models.Index(fields=["team", "-last_activity_at", "-id"], name="learner_active"),
        ]

    def __str__(self) -> str:
        if self.erased_at:
            return gettext("Erased learner")
        return self.name if clean_name(self.name) else self.email

    @property
    def shown_email(self) -> str:
        """The address; empty once the learner is erased, when a pseudonym has replaced it."""
        return "" if self.erased_at else self.email


class FormerAddress(models.Model):
    """An address that a learner had until it was corrected. Events may still use it; nothing is sent there.

    From `ended_at` on, it is known to be somebody else's, and identifies this learner only in what came before.
    """

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    learner = models.ForeignKey(Learner, models.CASCADE, related_name="former_addresses", verbose_name=_("learner"))
    email = models.CharField(_("e-mail"), max_length=254, help_text=_("Lower case."))
    created_at = models.DateTimeField(_("corrected"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(
        _("ended"), null=True, blank=True, editable=False, help_text=_("Since then, it has been somebody else’s (UTC).")
    )

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.UniqueConstraint(fields=["team", "email"], condition=Q(ended_at=None), name="former_address_present")
        ]
        indexes = [models.Index(fields=["team", "email"], name="former_address")]

    def __str__(self) -> str:
        return self.email


class LearnerActivity(models.Model):
    """Something that a learner did, or that happened to them, from a Nutror event other than a help request."""

    Kind: TypeAlias = ActivityKind

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    learner = models.ForeignKey(
        Learner, models.CASCADE, db_index=False, related_name="activities", verbose_name=_("learner")
    )
    course = models.ForeignKey(
        Course,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="activities",
        verbose_name=_("course"),
    )
    kind = models.CharField(_("what happened"), max_length=30, choices=activity_kinds)
    occurred_at = models.DateTimeField(_("occurred"), help_text=_("The event's createdAt (UTC)."))
    lesson_key = models.CharField(_("lesson"), max_length=64, blank=True, help_text=_("Nutror’s ID of the lesson."))
    lesson_title = models.CharField(_("lesson title"), max_length=255, blank=True)
    module_title = models.CharField(_("module title"), max_length=255, blank=True)
    comment_text = models.TextField(_("comment"), blank=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True, help_text=_("Of the lesson, 0 to 5."))
    progress = models.PositiveSmallIntegerField(
        _("progress"), null=True, blank=True, help_text=_("Percent of the course done, 0 to 100.")
    )
    inactive_days = models.PositiveIntegerField(_("days without activity"), null=True, blank=True)
    created_at = models.DateTimeField(_("stored"), default=timezone.now, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("learner activity")
        verbose_name_plural = _("learner activities")
        indexes = [
            models.Index(fields=["learner", "-occurred_at"], name="activity_by_learner"),
            models.Index(fields=["course", "kind", "-occurred_at"], name="activity_of_course"),
            models.Index(fields=["team", "occurred_at", "id"], name="activity_oldest"),
            models.Index(fields=["learner"], name="activity_comments", condition=HAS_COMMENT),
            GinIndex(OpClass(Unaccent("comment_text"), "gin_trgm_ops"), name="activity_comment", condition=HAS_COMMENT),
            GinIndex(Words(UnaccentWords("comment_text")), name="activity_comment_words", condition=HAS_COMMENT),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.lesson_title}".strip()
