"""Teams, which are the tenants, and who belongs to them in which role."""

from __future__ import annotations

import zoneinfo
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Value
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.business_hours import respond_by, usual_hours, validate_business_hours
from helpdesk.teams.models.user import User
from helpdesk.teams.querysets import MembershipQuerySet, TeamQuerySet, UserTeamsQuerySet
from helpdesk.teams.roles import PERMISSIONS, ROLES_THAT_WORK_TICKETS, Permission, Role, TwoFactorFor
from helpdesk.teams.zones import validate_time_zone
from helpdesk.ui.composed import ComposedQuery


class Team(models.Model):
    """The tenant: nothing crosses from one team to another."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(
        _("address"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+$", _("Use lower-case letters, digits and hyphens."))],
        help_text=_("The team's part of every page's address."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=50, default="America/Sao_Paulo", validators=[validate_time_zone]
    )
    response_target_hours = models.PositiveSmallIntegerField(
        _("answer within (hours)"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 30)],
        help_text=_(
            "How soon the team aims to answer. Only business hours count, and 24 hours count as one working day."
        ),
    )
    business_hours = models.JSONField(
        _("business hours"),
        default=usual_hours,
        db_default=Value(usual_hours(), models.JSONField()),
        editable=False,
        validators=[validate_business_hours],
        help_text=_("The hours the team works on each weekday, in its time zone."),
    )
    reopen_within_days = models.PositiveSmallIntegerField(
        _("reopen within (days)"),
        default=7,
        db_default=7,
        validators=[MaxValueValidator(365)],
        help_text=_(
            "For this many days a learner who writes on a resolved ticket reopens it; later, that makes a new ticket."
        ),
    )
    two_factor_for = models.CharField(
        _("two-factor login"), max_length=10, choices=TwoFactorFor, blank=True, default="", db_default=""
    )
    session_days = models.PositiveSmallIntegerField(
        _("log out after (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text=_("Days after logging in, even when in use. Leave empty for 30."),
    )
    session_idle_hours = models.PositiveSmallIntegerField(
        _("log out without use (hours)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 30)],
        help_text=_("Hours since last use; a page left open does not count. Leave empty for no limit."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = UserTeamsQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone in which times are shown to the team; they are stored in UTC."""
        return zoneinfo.ZoneInfo(self.time_zone)

    def respond_by(self, requested_at: datetime) -> datetime:
        """By when the team aims to answer a request from this time, within its business hours (UTC)."""
        return respond_by(requested_at, self.response_target_hours, self.business_hours, self.zone)

    @cached_property
    def people(self) -> list[User]:
        """The members by name, each with their `role`; loaded once for this object, which lives for one request."""
        return [*_PEOPLE.objects(team=self.pk)]

    @property
    def able_to_work(self) -> list[User]:
        """The members who may be responsible for tickets."""
        return [person for person in self.people if person.is_active and person.role in ROLES_THAT_WORK_TICKETS]  # type: ignore[attr-defined]


_PEOPLE = ComposedQuery(
    lambda team: (
        User.objects.filter(memberships__team=team)
        .annotate(role=models.F("memberships__role"))
        .order_by("name", "email")
    )
)


class Membership(models.Model):
    """A person's membership in a team, with the role that decides what they may do."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships", verbose_name=_("team"))
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.AGENT)
    created_at = models.DateTimeField(_("member since"), default=timezone.now, editable=False)
    notify_new_request = models.BooleanField(
        _("a new request arrives"), default=False, help_text=_("At most one e-mail per minute.")
    )
    notify_assigned = models.BooleanField(_("someone assigns a ticket to me"), default=True)
    notify_asked_again = models.BooleanField(_("one of my learners asks again"), default=True)
    notify_mentioned = models.BooleanField(_("someone mentions me in a note"), default=True, db_default=True)
    notify_learner_wrote = models.BooleanField(_("one of my learners writes back"), default=True, db_default=True)
    notify_sending_failed = models.BooleanField(
        _("an e-mail of mine does not reach its learner"), default=True, db_default=True
    )
    push_new_request = models.BooleanField(_("notify of new requests"), default=True, db_default=True)
    push_assigned = models.BooleanField(_("notify of assignments"), default=True, db_default=True)
    push_asked_again = models.BooleanField(_("notify when a learner asks again"), default=True, db_default=True)
    push_mentioned = models.BooleanField(_("notify of mentions"), default=True, db_default=True)
    push_learner_wrote = models.BooleanField(_("notify when a learner writes back"), default=True, db_default=True)
    push_sending_failed = models.BooleanField(_("notify of e-mails that fail"), default=True, db_default=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The time zone in which this team's times are shown to the person: their own, or else the team's."""
        return zoneinfo.ZoneInfo(self.user.time_zone) if self.user.time_zone else self.team.zone

    def can(self, permission: Permission | str) -> bool:
        """Whether the role has this permission."""
        return permission in PERMISSIONS[self.role]


class FormerMembership(models.Model):
    """Somebody's past membership, from when until when (UTC), so that the team still finds what they did in it."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    created_at = models.DateTimeField(_("member since"))
    ended_at = models.DateTimeField(_("until"), default=timezone.now)

    objects = TeamQuerySet["FormerMembership"].as_manager()

    class Meta:
        verbose_name = _("former membership")
        verbose_name_plural = _("former memberships")
        indexes = [models.Index(fields=["team", "user"], name="former_membership_of_team")]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"
