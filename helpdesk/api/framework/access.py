"""Who makes a request, a token or a member of the team, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.api.framework.limits import Usage
from helpdesk.api.models import Scope, Token
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.roles import PERMISSIONS, Permission, Role

# A token looks at what a manager may look at, and does what a manager may do.
READING = frozenset(permission for permission in PERMISSIONS[Role.MANAGER] if permission.value.endswith(".view"))
SCOPE_PERMISSIONS = {Scope.READ: READING, Scope.WRITE: PERMISSIONS[Role.MANAGER] - READING}


@dataclass(frozen=True)
class Access:
    """One team, and what the token or the member may do there."""

    team: Team
    permissions: frozenset[Permission]
    token: Token | None = None
    membership: Membership | None = None
    usage: Usage | None = None

    @classmethod
    def of_token(cls, token: Token, usage: Usage) -> Access:
        """By the token's scopes."""
        permissions = frozenset[Permission]().union(*(SCOPE_PERMISSIONS[Scope(scope)] for scope in token.scopes))
        return cls(token.team, permissions, token=token, usage=usage)

    @classmethod
    def of_member(cls, membership: Membership, usage: Usage) -> Access:
        """By the member's role."""
        return cls(membership.team, PERMISSIONS[membership.role], membership=membership, usage=usage)

    def can(self, permission: Permission) -> bool:
        """Whether it has this permission."""
        return permission in self.permissions

    @property
    def may_change(self) -> bool:
        """Whether it may change anything at all: a person, or a token with the scope `write`."""
        return self.token is None or Scope.WRITE in self.token.scopes

    @property
    def user(self) -> User | None:
        """The person; None for a token."""
        return self.membership.user if self.membership else None

    @property
    def client(self) -> str:
        """A unique name of the token or the person, for limits and idempotency keys."""
        return f"token:{self.token.pk}" if self.token else f"user:{self.user.pk if self.user else ''}"
