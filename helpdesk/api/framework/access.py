"""Who makes a request, either a token or a member of the team, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.api.framework.limits import Usage
from helpdesk.api.models import Scope, Token, scope_of
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.roles import PERMISSIONS, Permission, Role

# A token may view what a manager may view, and do what a manager may do.
READING = frozenset(permission for permission in PERMISSIONS[Role.MANAGER] if permission.value.endswith(".view"))
# The resource at which a token's permissions of each kind are listed; those for other resources follow from its scopes.
RESOURCE_OF = {"ticket": "tickets", "source": "sources", "delivery": "sources", "team": "team", "privacy": "team"}


def scopes_needed(permission: Permission, resource: str, *, is_change: bool) -> list[str]:
    """The scopes, all of them, that a token needs to use this permission on a resource."""
    levels = [Scope.READ] if permission in READING else []
    levels += [Scope.WRITE] if is_change or permission not in READING else []
    return [scope_of(resource, level) for level in levels]


@dataclass(frozen=True)
class Access:
    """A team, and what a token or a member may do in it."""

    team: Team
    token: Token | None = None
    membership: Membership | None = None
    usage: Usage | None = None

    @classmethod
    def of_token(cls, token: Token, usage: Usage) -> Access:
        """What a token may do, by its scopes."""
        return cls(token.team, token=token, usage=usage)

    @classmethod
    def of_member(cls, membership: Membership, usage: Usage) -> Access:
        """What a member may do, by their role."""
        return cls(membership.team, membership=membership, usage=usage)

    def can(self, permission: Permission, resource: str) -> bool:
        """Whether it is granted: to members by role, on any resource; to tokens by their scopes for this resource."""
        if self.membership:
            return permission in PERMISSIONS[self.membership.role]
        needed = scopes_needed(permission, resource, is_change=False)
        return permission in PERMISSIONS[Role.MANAGER] and not self.missing_scope(needed)

    @property
    def permissions(self) -> list[Permission]:
        """The permissions granted, each on the resource that RESOURCE_OF names; sorted."""
        return sorted(
            permission
            for permission in PERMISSIONS[self.membership.role if self.membership else Role.MANAGER]
            if self.membership or self.can(permission, RESOURCE_OF[permission.value.partition(".")[0]])
        )

    def missing_scope(self, needed: list[str]) -> str:
        """The first of these scopes that the token lacks; empty if none. `read` and `write` cover every resource."""
        scopes = set(self.token.scopes if self.token else needed)
        return next((scope for scope in needed if not scopes & {scope, scope.rpartition(":")[2]}), "")

    @property
    def user(self) -> User | None:
        """The person; None for a token."""
        return self.membership.user if self.membership else None

    @property
    def name(self) -> str:
        """The name of the token or person."""
        return str(self.token or self.user or "")

    @property
    def client(self) -> str:
        """A unique ID of the token or person, for rate limits and idempotency keys."""
        return f"token:{self.token.pk}" if self.token else f"user:{self.user.pk if self.user else ''}"
