"""Summaries of past days, counted by the worker, so that a long report need not read every ticket."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.reports.querysets import SummaryDurationsQuerySet
from helpdesk.teams.models import Team
from helpdesk.teams.querysets import TeamQuerySet


class SummaryDayQuerySet(TeamQuerySet["SummaryDay"]):
    """Queries on summaries of days."""

    # During an upgrade, a worker of the previous version counts days without setting `defined_at`.
    IS_VALID = Q(is_current=True, defined_at=F("summarized_at"))

    def valid(self) -> Self:
        """Valid summaries, apart from days that a StaleMoment marks."""
        return self.filter(self.IS_VALID)

    def outdated(self) -> Self:
        """Summaries that have to be counted again."""
        return self.exclude(self.IS_VALID)


class SummaryDay(models.Model):
    """The summary of a team's day in one of its time zones; valid only while no StaleMoment lies in it."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    time_zone = models.CharField(_("time zone"), max_length=50)
    day = models.DateField(_("day"))
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"), help_text=_("The first moment after the day."))
    is_current = models.BooleanField(_("current"), help_text=_("Nothing that it counts has changed since then."))
    summarized_at = models.DateTimeField(_("counted"))
    defined_at = models.DateTimeField(
        null=True,
        editable=False,
        help_text=_("The same, by today’s definitions; a migration that changes what is counted empties it."),
    )

    objects = SummaryDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("summary of a day")
        verbose_name_plural = _("summaries of days")
        constraints = [models.UniqueConstraint(fields=["team", "time_zone", "day"], name="summary_day_once")]

    def __str__(self) -> str:
        return f"{self.day} · {self.time_zone}"


class SummaryCount(models.Model):
    """How many tickets a figure counts on a day, for each key and word (see `figures.Figure`)."""

    day = models.ForeignKey(SummaryDay, models.CASCADE, db_index=False, related_name="counts", verbose_name=_("day"))
    scope = models.BigIntegerField(_("scope"), help_text=_("The key of a course, -1 for none, or 0 for all tickets."))
    figure = models.CharField(_("figure"), max_length=20)
    key = models.BigIntegerField(_("key"), null=True)
    word = models.CharField(_("word"), max_length=20, blank=True)
    count = models.PositiveIntegerField(_("count"))

    class Meta:
        verbose_name = _("count of a day")
        verbose_name_plural = _("counts of days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "scope", "figure", "key", "word"], name="summary_count_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.figure}: {self.count}"


class SummaryDurations(models.Model):
    """How long something took for each ticket of a day, sorted, for exact medians (see `percentiles.Durations`)."""

    day = models.ForeignKey(SummaryDay, models.CASCADE, db_index=False, related_name="durations", verbose_name=_("day"))
    scope = models.BigIntegerField(_("scope"), help_text=_("The key of a course, -1 for none, or 0 for all tickets."))
    measure = models.CharField(_("measure"), max_length=20)
    person = models.BigIntegerField(
        _("person"), null=True, help_text=_("The person’s key, if it is counted by person.")
    )
    histogram = models.BinaryField(_("histogram"), help_text=_("The number in each bucket."))
    durations = models.BinaryField(_("durations"), help_text=_("Microseconds, eight bytes each."))

    objects = SummaryDurationsQuerySet.as_manager()

    class Meta:
        verbose_name = _("durations of a day")
        verbose_name_plural = _("durations of days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "scope", "measure", "person"], name="summary_durations_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.measure


class StaleMoment(models.Model):
    """Marks that a ticket which was requested, resolved or rated at this moment has changed.

    Database triggers write it in the transaction of the change: so no change is missed, whoever makes it, and none is
    visible without its mark. They only insert, so no transaction waits for another. Changes of the last day leave no
    mark, because that day is not summarized yet.
    """

    team = models.ForeignKey(
        Team, models.CASCADE, db_index=False, db_constraint=False, related_name="+", verbose_name=_("team")
    )
    moment = models.DateTimeField(_("moment"))
    marked_at = models.DateTimeField(_("marked"), db_default=Now())

    objects = TeamQuerySet["StaleMoment"].as_manager()

    class Meta:
        verbose_name = _("stale moment")
        verbose_name_plural = _("stale moments")
        indexes = [models.Index(fields=["team", "moment"], name="stale_moment_of_team")]

    def __str__(self) -> str:
        return str(self.moment)
