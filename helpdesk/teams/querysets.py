"""Querysets of teams, people, and what belongs to teams."""

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
    """The strictest session limits of the teams at this lookup: `days` since login, and `idle_hours` without use."""
    return {"days": models.Min(f"{teams}__session_days"), "idle_hours": models.Min(f"{teams}__session_idle_hours")}


class TeamQuerySet(models.QuerySet[M]):
    """A queryset of rows that have a `team`."""

    def for_team(self, team: Team | int) -> Self:
        """The rows of this team, or of the team with this primary key; members are never shown any others."""
        return self.filter(team=team)

    def skip_locked(self, *of: str) -> Self:
        """Lock the rows until the end of this transaction, without waiting: those locked by others are left out."""
        return self.select_for_update(of=of, skip_locked=True, no_key=True)

    def visible_to(self, user: Any) -> Self:
        """The rows that this staff member may see in the admin: all for a superuser, else those of their teams."""
        if user.is_superuser:
            return self.all()
        return self.filter(team__memberships__user=user)


class MembershipQuerySet(TeamQuerySet["Membership"]):
    """Queries on memberships, by what the person may do or must have."""

    def able_to_work(self) -> Self:
        """Those of active people whose role may be responsible for tickets."""
        return self.filter(role__in=ROLES_THAT_WORK_TICKETS, user__is_active=True)

    def able_to_manage(self) -> Self:
        """Those of active people whose role manages the team."""
        return self.filter(role__in=ROLES_THAT_MANAGE, user__is_active=True)

    def requiring_second_factor(self) -> Self:
        """Those whose team requires a second factor for the role."""
        return self.filter(_REQUIRES_SECOND_FACTOR)

    def with_lacks_second_factor(self) -> Self:
        """Annotate `lacks_second_factor`: whether the person must have a second factor, and has none."""
        from allauth.mfa.models import Authenticator  # its app is loaded after this one

        factors = Authenticator.objects.filter(user=models.OuterRef("user"), type__in=SECOND_FACTORS)
        lacks = models.When(_REQUIRES_SECOND_FACTOR, then=~models.Exists(factors))
        return self.annotate(lacks_second_factor=models.Case(lacks, default=False))


class InvitationQuerySet(TeamQuerySet["Invitation"]):
    """Queries on invitations to a team."""

    def without_valid_inviter(self) -> Self:
        """Those whose inviter has left, or may no longer invite to this role."""
        from helpdesk.teams.models import Membership  # it imports this module

        givers = Membership.objects.filter(team=models.OuterRef("team"), user=models.OuterRef("invited_by"))
        owners = givers.able_to_manage().filter(role=Role.OWNER)
        return self.filter(~models.Exists(givers.able_to_manage()) | models.Q(role=Role.OWNER) & ~models.Exists(owners))


class UserTeamsQuerySet(models.QuerySet["Team"]):
    """Queries on teams, by whose they are."""

    def of(self, user: User) -> Self:
        """The teams that this person belongs to, by name."""
        return self.filter(memberships__user=user).order_by("name", "pk")

    def visible_to(self, user: Any) -> Self:
        """Those that this staff member may see in the admin: all for a superuser, else their own."""
        return self.all() if user.is_superuser else self.of(user)


class AccountEventQuerySet(models.QuerySet["AccountEvent"]):
    """Queries on what happened to accounts."""

    def failures_since(self, moment: datetime) -> Self:
        """Logins that failed after this time (UTC)."""
        return self.filter(kind=self.model.Kind.LOGIN_FAILED, created_at__gt=moment)


class UserSessionQuerySet(models.QuerySet["UserSession"]):
    """The sessions of people who are logged in."""

    def ended(self) -> Self:
        """Rows whose session no longer exists."""
        from django.contrib.sessions.models import Session  # its app is loaded after this one

        return self.exclude(models.Exists(Session.objects.filter(pk=models.OuterRef("session"))))

    def orphaned(self) -> Self:
        """Those of people who are not active, or are neither in a team, nor invited to one, nor operators."""
        from helpdesk.teams.models import Invitation  # it imports this module

        invited = Invitation.objects.filter(email=models.OuterRef("user__email"), expires_at__gt=timezone.now())
        has_nothing_to_do = models.Q(user__is_staff=False, user__memberships__isnull=True) & ~models.Exists(invited)
        return self.filter(models.Q(user__is_active=False) | has_nothing_to_do)

    def with_limits(self) -> Self:
        """Annotate `days` and `idle_hours`: the strictest limits of the person's teams, None if none sets any."""
        return self.annotate(**strictest_limits("user__memberships__team"))
