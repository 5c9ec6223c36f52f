"""Making tokens and revoking them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from helpdesk.api.models import Scope, Token
from helpdesk.teams.models import Team, User


def create_token(
    team: Team,
    name: str,
    scopes: Iterable[str] = (Scope.READ, Scope.WRITE),
    *,
    days: int | None = None,
    by: User | None = None,
) -> tuple[Token, str]:
    """A new token and its secret, which is nowhere to be had later. Without `days` it does not expire."""
    secret = Token.new_secret()
    token = Token.objects.create(
        team=team,
        name=name,
        token_hash=Token.hash_secret(secret),
        hint=secret[-4:],
        scopes=[scope for scope in Scope.values if scope in set(scopes)],
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    return token, secret


def revoke_tokens_of(team: Team, user: User) -> None:
    """End the tokens that somebody made who may no longer manage the team."""
    Token.objects.for_team(team).filter(created_by=user, revoked_at__isnull=True).update(revoked_at=timezone.now())


def revoke_token(token: Token) -> None:
    """From now on it opens nothing; one revoked before keeps its time."""
    Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())
