"""People, the teams (tenants) they work in, and the invitations that bring them there."""

from __future__ import annotations

import hashlib
import secrets
import zoneinfo
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.querysets import (
    AccountEventQuerySet,
    InvitationQuerySet,
    MembershipQuerySet,
    UserTeamsQuerySet,
)
from helpdesk.teams.roles import EXPLANATIONS, PERMISSIONS, ROLES_THAT_WORK_TICKETS, Permission, Role
from helpdesk.ui.composed import ComposedQuery
from helpdesk.ui.names import clean_key, clean_name


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password they set one through the reset e-mail."""
        # Not `set_password`, which has it told that a password was changed.
        return self.create(email=email, password=make_password(password), **fields)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an operator, who sees every team in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The user of this e-mail address, whatever its case."""
        return self.get(email=clean_key(username or ""))

    def visible_to(self, user: Any) -> models.QuerySet[User]:
        """The people whom this staff member may see in the admin: all for a superuser, else those of their teams."""
        if user.is_superuser:
            return self.all()
        return self.filter(models.Exists(Membership.objects.visible_to(user).filter(user=models.OuterRef("pk"))))


def validate_time_zone(value: str) -> None:
    """Raise ValidationError for a name that the time zone database does not have."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a known time zone."), params={"name": value})


class Theme(models.TextChoices):
    """How bright a person wants the pages."""

    SYSTEM = "", _("Same as the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How much room the rows take."""

    COMFORTABLE = "", _("Comfortable")
    COMPACT = "compact", _("Compact")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in by e-mail."""

    email = models.EmailField(_("e-mail"), unique=True, help_text=_("Lower case; also the login name."))
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_staff = models.BooleanField(_("operator"), default=False, help_text=_("Can use the admin."))
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True, help_text=_("Empty: same as the browser."))
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, blank=True, default=Theme.SYSTEM)
    density = models.CharField(_("density"), max_length=10, choices=Density, blank=True, default=Density.COMFORTABLE)
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Empty: same as the team."),
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_ci")]

    def __str__(self) -> str:
        return self.name if clean_name(self.name) else self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whatever makes an account, its address is verified, and that it was made is recorded."""
        from helpdesk.teams.account_events import record_new_account  # it imports this module

        is_new, self.email = self._state.adding, clean_key(self.email)
        with transaction.atomic(using=kwargs.get("using")):
            super().save(*args, **kwargs)
            if is_new:
                record_new_account(self)

    def set_verified_email(self, email: str) -> None:
        """Make this the one address by which the person logs in and resets their password."""
        from allauth.account.models import EmailAddress  # it imports this model

        self.email = clean_key(email)
        self.save(update_fields=["email"])
        EmailAddress.objects.filter(user=self).delete()
        EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=True)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with the password, as Django has it, and with the epoch."""
        salt = "helpdesk.teams.models.User.get_session_auth_hash"
        return salted_hmac(salt, f"{self.password} {self.session_epoch}", secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """The name that others see."""
        return str(self)

    def get_short_name(self) -> str:
        """The first name, or the part of the address before the @."""
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]


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
        help_text=_("How soon after a help request the team aims to answer."),
    )
    reopen_within_days = models.PositiveSmallIntegerField(
        _("reopen within (days)"),
        default=7,
        db_default=7,
        validators=[MaxValueValidator(365)],
        help_text=_(
            "A learner who writes on a resolved ticket reopens it for so many days; later, that makes a new ticket."
        ),
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
        """The zone in which this team reads times; they are stored in UTC."""
        return zoneinfo.ZoneInfo(self.time_zone)

    @cached_property
    def people(self) -> list[User]:
        """Its members by name, each with the `role`: read once for this object, which is that of one request."""
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
    """A person's place in a team, with the role that says what they may do."""

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
    push_new_request = models.BooleanField(_("notify of new requests"), default=True, db_default=True)
    push_assigned = models.BooleanField(_("notify of assignments"), default=True, db_default=True)
    push_asked_again = models.BooleanField(_("notify when a learner asks again"), default=True, db_default=True)
    push_mentioned = models.BooleanField(_("notify of mentions"), default=True, db_default=True)

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
        """The zone in which the person reads this team's times: their own, or else the team's."""
        return zoneinfo.ZoneInfo(self.user.time_zone) if self.user.time_zone else self.team.zone

    def can(self, permission: Permission | str) -> bool:
        """Whether the role carries this permission."""
        return permission in PERMISSIONS[self.role]


def invitation_expiry() -> Any:
    """When an invitation sent now ends: in 14 days."""
    return timezone.now() + timedelta(days=14)


class Invitation(models.Model):
    """A letter that lets the holder of an address join a team; its token is stored as a hash only."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations", verbose_name=_("team"))
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.AGENT)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), default=invitation_expiry)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [models.UniqueConstraint(fields=["team", "email"], name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.email} · {self.team}"

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= timezone.now()

    @property
    def role_explanation(self) -> str:
        """What one does in that role, in a sentence."""
        return str(EXPLANATIONS[Role(self.role)])

    @staticmethod
    def new_token() -> str:
        """An unguessable token for the letter."""
        return secrets.token_urlsafe(32)

    @staticmethod
    def hash_token(token: str) -> str:
        """What is stored of a token."""
        return hashlib.sha256(token.encode()).hexdigest()


class AccountEvent(models.Model):
    """What happened to an account: a login, a failure, a change. Failures are what logins are throttled by."""

    class Kind(models.TextChoices):
        """What it was."""

        ACCOUNT_CREATED = "account_created", _("Account created")
        LOGGED_IN = "logged_in", _("Logged in")
        LOGIN_FAILED = "login_failed", _("Login failed")
        LOGIN_REFUSED = "login_refused", _("Too many failed logins")
        CODE_FAILED = "code_failed", _("Wrong one-time code")
        PASSWORD_CHANGED = "password_changed", _("Password changed")
        PASSWORD_RESET = "password_reset", _("Password reset")
        EMAIL_CHANGE_REQUESTED = "email_change_requested", _("New e-mail address requested")
        EMAIL_CHANGED = "email_changed", _("E-mail address changed")
        TWO_FACTOR_ACTIVATED = "two_factor_activated", _("Two-factor login activated")
        TWO_FACTOR_DEACTIVATED = "two_factor_deactivated", _("Two-factor login deactivated")
        RECOVERY_CODES_MADE = "recovery_codes_made", _("New recovery codes")

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="account_events", verbose_name=_("person"))
    email = models.CharField(_("e-mail"), max_length=254, help_text=_("As typed, in lower case."))
    kind = models.CharField(_("what"), max_length=30, choices=Kind)
    address = models.GenericIPAddressField(_("address"), help_text=_("For IPv6, the /64 network."))
    user_agent = models.CharField(_("browser"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("when"), default=timezone.now, db_index=True, editable=False)

    objects = AccountEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
        ordering = ["-created_at", "-pk"]
        indexes = [  # for the throttle, at every login
            models.Index(fields=["email", "created_at"], name="account_event_email"),
            models.Index(fields=["address", "created_at"], name="account_event_address"),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_kind_display()}"
