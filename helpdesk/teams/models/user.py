"""People, and how they want the pages to look."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.zones import validate_time_zone
from helpdesk.ui.cleaning import clean_key, clean_name
from helpdesk.ui.email_addresses import validate_mailable


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password they set one through the reset e-mail."""
        # Not `set_password`, since saving would then notify the person of a changed password.
        return self.create(email=email, password=make_password(password), **fields)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an operator, who sees every team in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with this e-mail address, in any capitalisation."""
        return self.get(email=clean_key(username or ""))

    def visible_to(self, user: Any) -> models.QuerySet[User]:
        """The people whom this staff member may see in the admin: all for a superuser, else those of their teams."""
        if user.is_superuser:
            return self.all()
        from helpdesk.teams.models.team import Membership  # it imports this model

        return self.filter(models.Exists(Membership.objects.visible_to(user).filter(user=models.OuterRef("pk"))))


class Theme(models.TextChoices):
    """The colour theme that a person wants."""

    SYSTEM = "", _("Same as the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    """How much space rows take."""

    COMFORTABLE = "", _("Comfortable")
    COMPACT = "compact", _("Compact")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in by e-mail."""

    email = models.EmailField(
        _("e-mail"), unique=True, validators=[validate_mailable], help_text=_("Lower case; also the login name.")
    )
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
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_ci"),
            models.CheckConstraint(condition=~models.Q(email=""), name="user_email_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name if clean_name(self.name) else self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Record a new account, with a verified address, whatever creates it."""
        from helpdesk.teams.account_events import record_new_account  # it imports this module

        is_new, self.email = self._state.adding, clean_key(self.email)
        with transaction.atomic(using=kwargs.get("using")):
            super().save(*args, **kwargs)
            if is_new:
                record_new_account(self)

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """The address in its stored form, by which forms check whether it is taken."""
        return clean_key(username)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Skip the constraints on the address: its field reports these errors, in words for people. Raises
        ValidationError.
        """
        super().validate_constraints({*(exclude or ()), "email"})

    def set_verified_email(self, email: str) -> None:
        """Make this the only address with which the person logs in and resets their password."""
        from allauth.account.models import EmailAddress  # it imports this model

        self.email = clean_key(email)
        self.save(update_fields=["email"])
        EmailAddress.objects.filter(user=self).delete()
        EmailAddress.objects.create(user=self, email=self.email, primary=True, verified=True)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end when the password changes, as in Django, and when `session_epoch` does."""
        salt = "helpdesk.teams.models.User.get_session_auth_hash"
        return salted_hmac(salt, f"{self.password} {self.session_epoch}", secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """The name that others see."""
        return str(self)

    def get_short_name(self) -> str:
        """The first name, or the part of the address before the @."""
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]
