"""Reads of team-owned records: every one starts from `for_team`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.utils import timezone

from helpdesk.teams.roles import ROLES_THAT_MANAGE, ROLES_THAT_WORK_TICKETS, Role, TwoFactorFor

if TYPE_CHECKING:
    from helpdesk.teams.models import AccountEvent, Invitation, Membership, Team, User, UserSession

M = TypeVar("M", bound=models.Model)
SECOND_FACTORS = ["totp", "webauthn"]  # as allauth calls them
_REQUIRES_SECOND_FACTOR = models.Q(team__two_factor_for=TwoFactorFor.EVERYBODY) | models.Q(
    team__two_factor_for=TwoFactorFor.MANAGERS, role__in=ROLES_THAT_MANAGE
)


def strictest_limits(teams: str) -> dict[str, models.Min]:
    """Of these teams, for how many `days` one may stay logged in, and how many `idle_hours` without use."""
    return {"days": models.Min(f"{teams}__session_days"), "idle_hours": models.Min(f"{teams}__session_idle_hours")}


class TeamQuerySet(models.QuerySet[M]):
    """A queryset of rows that bear a `team`."""

    def for_team(self, team: Team | int) -> Self:
        """The rows of this team, or of the one with this key; nothing else is ever shown to its members."""
        return self.filter(team=team)

    def skip_locked(self, *of: str) -> Self:
        """Those that no other transaction holds, locked until the end of this one: nobody waits for anybody."""
        return self.select_for_update(of=of, skip_locked=True, no_key=True)

    def visible_to(self, user: Any) -> Self:
        """The rows that this staff member may see in the admin: all for a superuser, else those of their teams."""
        if user.is_superuser:
            return self.all()
        return self.filter(team__memberships__user=user)


class MembershipQuerySet(TeamQuerySet["Membership"]):
    """Queries on memberships: which people belong to a team, with which role."""

    def able_to_work(self) -> Self:
        """Those of people who may be responsible for tickets: who log in, in a role that changes them."""
        return self.filter(role__in=ROLES_THAT_WORK_TICKETS, user__is_active=True)

    def able_to_manage(self) -> Self:
        """Those of people who log in, in a role that manages the team."""
        return self.filter(role__in=ROLES_THAT_MANAGE, user__is_active=True)

    def requiring_second_factor(self) -> Self:
        """Memberships whose team demands a second factor of this role."""
        return self.filter(_REQUIRES_SECOND_FACTOR)

    def with_lacks_second_factor(self) -> Self:
        """Each with `lacks_second_factor`: whether the person must have one, and has none."""
        from allauth.mfa.models import Authenticator  # its app is loaded after this one

        factors = Authenticator.objects.filter(user=models.OuterRef("user"), type__in=SECOND_FACTORS)
        lacks = models.When(_REQUIRES_SECOND_FACTOR, then=~models.Exists(factors))
        return self.annotate(lacks_second_factor=models.Case(lacks, default=False))


class InvitationQuerySet(TeamQuerySet["Invitation"]):
    """Queries on invitations to a team."""

    def without_valid_inviter(self) -> Self:
        """Those whose inviter is gone, or may not invite any more."""
        from helpdesk.teams.models import Membership  # it imports this module

        givers = Membership.objects.filter(team=models.OuterRef("team"), user=models.OuterRef("invited_by"))
        owners = givers.able_to_manage().filter(role=Role.OWNER)
        return self.filter(~models.Exists(givers.able_to_manage()) | models.Q(role=Role.OWNER) & ~models.Exists(owners))


class UserTeamsQuerySet(models.QuerySet["Team"]):
    """Queries on a person's teams."""

    def of(self, user: User) -> Self:
        """The teams that this person belongs to, by name."""
        return self.filter(memberships__user=user).order_by("name", "pk")

    def visible_to(self, user: Any) -> Self:
        """Those that this staff member may see in the admin: all for a superuser, else their own."""
        return self.all() if user.is_superuser else self.of(user)


class AccountEventQuerySet(models.QuerySet["AccountEvent"]):
    """What happened to accounts."""

    def failures_since(self, moment: datetime) -> Self:
        """Logins that failed later than this."""
        return self.filter(kind=self.model.Kind.LOGIN_FAILED, created_at__gt=moment)


class UserSessionQuerySet(models.QuerySet["UserSession"]):
    """The sessions of people who are logged in."""

    def ended(self) -> Self:
        """Rows that are left of sessions that have ended."""
        from django.contrib.sessions.models import Session  # its app is loaded after this one

        return self.exclude(models.Exists(Session.objects.filter(pk=models.OuterRef("session"))))

    def orphaned(self) -> Self:
        """Those of people who may not log in any more, or are in no team nor invited into one, and operate nothing."""
        from helpdesk.teams.models import Invitation  # it imports this module

        invited = Invitation.objects.filter(email=models.OuterRef("user__email"), expires_at__gt=timezone.now())
        has_nothing_to_do = models.Q(user__is_staff=False, user__memberships__isnull=True) & ~models.Exists(invited)
        return self.filter(models.Q(user__is_active=False) | has_nothing_to_do)

    def with_limits(self) -> Self:
        """Each with its `days` and `idle_hours`: the strictest of the person's teams, None where none sets any."""
        return self.annotate(**strictest_limits("user__memberships__team"))
