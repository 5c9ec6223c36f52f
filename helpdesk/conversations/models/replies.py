"""A team's prepared texts: canned replies, and the automatic first reply."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import Course
from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models.limits import LONGEST_TEXT

LONGEST_DELAY = 12 * 60  # minutes; the first reply promises an answer within the team's hours


class CannedReply(models.Model):
    """A text with variables that members insert into a reply by typing “/”."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="canned_replies", verbose_name=_("team"))
    course = models.ForeignKey(
        Course,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="canned_replies",
        verbose_name=_("course"),
        help_text=_("Offered only in this course, at the top; empty: in every course."),
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("What to type after “/”."))
    body = models.TextField(_("text"), max_length=LONGEST_TEXT)
    use_count = models.PositiveIntegerField(_("times used"), default=0, editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name=_("created by")
    )
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = TeamQuerySet["CannedReply"].as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        constraints = [
            models.UniqueConstraint(fields=["team", "course", "name"], name="canned_reply_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class FirstReply(models.Model):
    """The automatic reply to a help request, which asks the learner for their question; off by default."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="first_replies", verbose_name=_("team"))
    course = models.ForeignKey(
        Course,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="first_replies",
        verbose_name=_("course"),
        help_text=_("Empty: for all courses without one of their own."),
    )
    is_enabled = models.BooleanField(_("on"), default=False)
    body = models.TextField(_("text"), max_length=2_000)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.LANGUAGES,
        blank=True,
        default="",
        db_default="",
        help_text=_("The language of the text and so of the whole e-mail; empty: the installation’s."),
    )
    delay_minutes = models.PositiveSmallIntegerField(
        _("delay (minutes)"),
        default=5,
        validators=[MaxValueValidator(LONGEST_DELAY)],
        help_text=_("Nothing is sent if a person has replied by then."),
    )
    updated_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name=_("changed by")
    )
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = TeamQuerySet["FirstReply"].as_manager()

    class Meta:
        verbose_name = _("first reply")
        verbose_name_plural = _("first replies")
        constraints = [
            models.UniqueConstraint(fields=["team", "course"], name="first_reply_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.body[:60]
