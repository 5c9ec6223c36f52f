"""Authenticates requests by a token or by a browser's session."""

from __future__ import annotations

from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotFound, ParseError, PermissionDenied
from rest_framework.request import Request

from helpdesk.api.framework.access import Access
from helpdesk.api.framework.limits import COUNT, count_request, usage_of
from helpdesk.api.models import PREFIX, Token
from helpdesk.operations.environ import UNKNOWN, exact_address
from helpdesk.teams.models import Membership, Team
from helpdesk.teams.roles import ROLES_THAT_MANAGE
from helpdesk.teams.tokens import hash_token

M = TypeVar("M", bound=Model)


def _columns(model: type[Model], table: str) -> str:
    """All columns of the model, of the table with this name in the statement."""
    return ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)


def _object_of(model: type[M], values: list[Any]) -> M:
    """The object with these values of its columns, in the order of `_columns`."""
    fields = model._meta.concrete_fields
    for place, field in enumerate(fields):
        for convert in field.get_db_converters(connection):
            values[place] = convert(values[place], field.get_col(model._meta.db_table), connection)
    return model.from_db(connection.alias, [field.attname for field in fields], values)


# In one round trip: find the live token, whose creator may still manage the team; count the request; and once a minute,
# record when and from where it was used. A request from outside the token's networks does not count.
FIND_AND_COUNT = f"""
    WITH token AS (
        SELECT api_token.*,
            networks IS NULL OR (%(address)s <> '{UNKNOWN}' AND %(address)s::inet <<= ANY(networks::inet[])) AS is_near
        FROM api_token
        WHERE token_hash = %(hash)s AND revoked_at IS NULL
            AND (expires_at IS NULL OR expires_at > statement_timestamp())
            AND (is_operators OR EXISTS (
                SELECT FROM teams_membership membership JOIN teams_user maker ON maker.id = membership.user_id
                WHERE maker.id = created_by_id AND maker.is_active AND membership.team_id = api_token.team_id
                    AND membership.role = ANY(%(roles)s)
            ))
    ), noted AS (
        UPDATE api_token SET
            last_used_at = statement_timestamp(),
            last_used_from = NULLIF(%(address)s, '{UNKNOWN}')::inet
        FROM token
        WHERE api_token.id = token.id AND token.is_near
            AND (api_token.last_used_at IS NULL OR api_token.last_used_at < statement_timestamp() - interval '1 minute')
    ), asking AS (
        SELECT 'token:' || id AS client, team_id FROM token WHERE is_near
    ), {COUNT}
    SELECT token.is_near, counted.requests, counted.requests_of_team, counted.resets_in,
        {_columns(Token, "token")}, {_columns(Team, "team")}
    FROM token JOIN teams_team team ON team.id = token.team_id LEFT JOIN counted ON true
"""  # noqa: S608 - a constant


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer hdt_…`"""

    def authenticate(self, request: Request) -> tuple[Any, Access] | None:
        """The token's access; None without an Authorization header.

        Raises AuthenticationFailed, PermissionDenied and NotFound.
        """
        scheme, _separator, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise AuthenticationFailed(_("Send the token as “Authorization: Bearer …”."))
        access = authenticate_token(secret.strip(), exact_address(request.META))
        if access is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
        if (named := named_team(request)) and named != access.team.slug:
            raise NotFound(_("The token belongs to another team."))
        return AnonymousUser(), access

    def authenticate_header(self, request: Request) -> str:
        """The `WWW-Authenticate` of a 401."""
        return 'Bearer realm="helpdesk"'


def authenticate_token(secret: str, address: str) -> Access | None:
    """The access of the live token with this secret, after counting the request; None if there is no such token.

    Raises PermissionDenied, without counting, if the token may not be used from this address.
    """
    if not (secret.startswith(PREFIX) and secret.isascii()):
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            FIND_AND_COUNT,
            {
                "hash": hash_token(secret),
                "address": address,
                "own_limit": settings.API_RATE_PER_MINUTE,
                "roles": ROLES_THAT_MANAGE,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    is_near, requests, requests_of_team, resets_in, *values = row
    if not is_near and address == UNKNOWN:
        raise PermissionDenied(_("This token works only from certain addresses, and the proxy does not say yours."))
    if not is_near:
        raise PermissionDenied(_("This token may not be used from %(address)s.") % {"address": address})
    size = len(Token._meta.concrete_fields)
    token = _object_of(Token, values[:size])
    token.team = _object_of(Team, values[size:])
    return Access.of_token(token, usage_of(requests, requests_of_team, resets_in))


class MemberAuthentication(SessionAuthentication):
    """The session of somebody who is logged in, with the CSRF check for unsafe methods."""

    def authenticate(self, request: Request) -> tuple[Any, Access] | None:
        """The member's access to the named or only team. Raises NotFound, ParseError and PermissionDenied."""
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        memberships = Membership.objects.select_related("team").with_lacks_second_factor().filter(user=user)
        slug = named_team(request)
        if slug is not None:
            memberships = memberships.filter(team__slug=slug) if "\0" not in slug else memberships.none()
        some = list(memberships[:2])
        if not some:
            raise NotFound(_("You are not in that team."))
        if len(some) > 1:
            raise ParseError(_("You belong to several teams: name one with the header Helpdesk-Team or with ?team=."))
        (membership,) = some
        if membership.lacks_second_factor:  # type: ignore[attr-defined] # with_lacks_second_factor() says so
            raise PermissionDenied(_("Your team requires two-factor login. Set it up on your account’s page."))
        membership.user = user
        return user, Access.of_member(membership, count_request(f"user:{user.pk}", membership.team_id))


def named_team(request: Request) -> str | None:
    """The slug of the team that the request names, if any. Raises ParseError if it names two."""
    header, parameter = request.headers.get("Helpdesk-Team"), request.query_params.get("team")
    if header and parameter and header != parameter:
        raise ParseError(_("The header Helpdesk-Team and ?team= name different teams."))
    return header or parameter
