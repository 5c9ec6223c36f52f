"""Incidents with personal data, and by when a team has to notify whom. Source: ANPD Resolution 15/2024."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet

TELL_WITHIN = 3  # working days after learning of it, to notify the authority and the people (art. 6 and 9)
COMPLETE_WITHIN = 20  # further working days, to add what was not known at first (art. 6, § 3)
SATURDAY = 5


def working_days_after(day: date, count: int) -> date:
    """The last of so many working days after this one. Holidays count as working days, so it is never too late."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day


class Incident(models.Model):
    """What happened to personal data, what was done, and who was notified when. Kept for as long as the team."""

    class Risk(models.TextChoices):
        """Whether it may harm people, which decides whether they and the authority must be notified."""

        UNKNOWN = "unknown", pgettext_lazy("risk", "Not known yet")
        LIKELY = "likely", pgettext_lazy("risk", "It may cause relevant harm")
        UNLIKELY = "unlikely", pgettext_lazy("risk", "No relevant harm")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    title = models.CharField(_("in a few words"), max_length=150)
    known_at = models.DateTimeField(_("known since"), help_text=_("When someone on the team learned of it."))
    occurred_at = models.DateTimeField(_("happened"), null=True, blank=True, help_text=_("As far as it is known."))
    what = models.TextField(_("what happened"), help_text=_("Don’t name anyone: roles and numbers are enough."))
    data = models.TextField(_("which data"), blank=True, help_text=_("Such as names, addresses, what learners wrote."))
    people = models.TextField(
        _("whose data"),
        blank=True,
        help_text=_("Such as the learners of a course. Say whether children are among them."),
    )
    people_count = models.PositiveIntegerField(_("how many people"), null=True, blank=True)
    risk_level = models.CharField(_("risk"), max_length=10, choices=Risk, default=Risk.UNKNOWN)
    risk = models.TextField(_("what harm it may cause"), blank=True)
    protection = models.TextField(_("what protected the data"), blank=True, help_text=_("Before and since."))
    measures = models.TextField(_("what was done"), blank=True, help_text=_("To stop it, and to repair the harm."))
    authority_told_at = models.DateTimeField(_("ANPD notified"), null=True, blank=True)
    people_told_at = models.DateTimeField(_("people notified"), null=True, blank=True)
    delay = models.TextField(_("why later, or not at all"), blank=True)
    recorded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("recorded by")
    )
    created_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = TeamQuerySet["Incident"].as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [models.Index(fields=["team", "-id"], name="incident_newest")]

    def __str__(self) -> str:
        return self.title

    @property
    def tell_by(self) -> date:
        """The last day on which a notification is in time, in the active time zone."""
        return working_days_after(_day_of(self.known_at), TELL_WITHIN)

    @property
    def complete_by(self) -> date:
        """The last day for telling the authority what was not known at first."""
        started = _day_of(self.authority_told_at) if self.authority_told_at else self.tell_by
        return working_days_after(started, COMPLETE_WITHIN)

    @property
    def is_to_be_told(self) -> bool:
        """Whether somebody must still be notified: it may do harm, or the risk is not known."""
        return self.risk_level != self.Risk.UNLIKELY and not (self.authority_told_at and self.people_told_at)

    @property
    def is_overdue(self) -> bool:
        """Whether that notification is late."""
        return self.is_to_be_told and timezone.localdate() > self.tell_by


def _day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()
