"""Creating and revoking tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from helpdesk.api.models import ALL_SCOPES, Scope, Token
from helpdesk.audit.recording import Kind, record_audit
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.tokens import hash_token


@transaction.atomic
def create_token(
    team: Team,
    name: str,
    scopes: Iterable[str] = (Scope.READ, Scope.WRITE),
    *,
    networks: list[str] | None = None,
    days: int | None = None,
    by: User | None = None,
) -> tuple[Token, str]:
    """Create a token; returns it with its secret, which cannot be read later. Without `days` it does not expire.

    It works while its creator may manage the team. Without `by` it is the operator's, and depends on nobody.
    """
    secret = Token.new_secret()
    token = Token.objects.create(
        team=team,
        name=name,
        token_hash=hash_token(secret),
        hint=secret[-4:],
        scopes=[scope for scope in ALL_SCOPES if scope in set(scopes)],
        networks=networks,
        created_by=by,
        is_operators=by is None,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    record_audit(team.pk, Kind.TOKEN_CREATED, by, about=f"{name} · …{token.hint}", details=" ".join(token.scopes))
    return token, secret


def revoke_orphaned_tokens(team: Team | None) -> None:
    """Revoke tokens of this team, or of all teams for None, whose creator is gone or may no longer manage the team."""
    tokens = Token.objects.all() if team is None else Token.objects.for_team(team)
    makers = Membership.objects.filter(team=OuterRef("team"), user=OuterRef("created_by")).able_to_manage()
    lost = tokens.filter(~Exists(makers), is_operators=False, revoked_at__isnull=True)
    for token in lost:
        revoke_token(token)


@transaction.atomic
def revoke_token(token: Token) -> None:
    """Revoke the token; does nothing if it is revoked already."""
    if Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        record_audit(token.team_id, Kind.TOKEN_REVOKED, about=f"{token.name} · …{token.hint}")
