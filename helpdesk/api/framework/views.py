"""The base of all API views: access, limits, parameters and body, responses and pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, cast

from django.conf import settings
from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from helpdesk.api.framework.access import Access, scopes_needed
from helpdesk.api.framework.negotiation import ContentNegotiation
from helpdesk.api.framework.operations import Operation
from helpdesk.api.framework.pagination import read_cursor, write_cursor
from helpdesk.api.framework.parsing import MAX_BODY, read_body
from helpdesk.api.framework.preconditions import read_if_match
from helpdesk.api.framework.problems import InvalidQuery, Problem
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.models import Scope, scope_of
from helpdesk.audit.recording import record_reads
from helpdesk.teams.models import Team
from helpdesk.teams.roles import Permission
from helpdesk.ui.keyset import Order, Place

Row = TypeVar("Row", bound=Model)


class TeamView(APIView):
    """A view of one team's objects; `permissions` says, by method, what the token or member must be allowed to do.

    `@operation` makes the methods, and declares what they take and return. `tag` is their group in the schema.
    `also_reads` names other resources whose data they show, so that a token needs the scope to read those too. A larger
    `max_body` needs a lane of its own.
    """

    permissions: ClassVar[Mapping[str, Permission]]
    also_reads: ClassVar[tuple[str, ...]] = ()
    metadata_class = None
    content_negotiation_class = ContentNegotiation
    tag: ClassVar[str]
    max_body: ClassVar[int] = MAX_BODY  # bytes

    @property
    def access(self) -> Access:
        """The access of the token or member that makes the request."""
        return cast("Access", self.request.auth)

    @property
    def team(self) -> Team:
        """The team of the request, from which every read starts."""
        return self.access.team

    @property
    def operation(self) -> Operation:
        """The operation for the request's method."""
        method = "get" if self.request.method == "HEAD" else str(self.request.method).lower()
        return cast("Operation", getattr(self, method).operation)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Read the body, and check everything that must be right before the method runs."""
        read_body(request._request, self.max_body)
        super().initial(request, *args, **kwargs)
        if request.method in self.allowed_methods and request.method != "OPTIONS":
            self.query = self._read_query()
            self._require([self.operation.expansions[name] for name in self.query.get("expand", ())])
            self._check_no_if_match()

    def _check_no_if_match(self) -> None:
        """Raise Problem (412) for a change with `If-Match` to a resource without versions. Source: RFC 9110, 13.1.1"""
        is_minded = self.operation.if_match or self.request.method in {"GET", "HEAD"}
        if not is_minded and read_if_match(self.request.headers.get("If-Match")) is not None:
            raise Problem(412, _("This resource has no ETag; send the request without If-Match."))

    def check_permissions(self, request: Request) -> None:
        """Raise NotAuthenticated, PermissionDenied or Problem; unknown methods are left to become a 405.

        A method without a declared permission raises KeyError, so a mistake of ours never grants access.
        """
        if request.auth is None:
            raise exceptions.NotAuthenticated(_("Send a token as “Authorization: Bearer …”, or log in."))
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method == "OPTIONS" or method not in self.allowed_methods:
            return
        self._require(self.scopes_needed(method))
        self.require_permission(self.permissions[method])

    def require_permission(self, permission: Permission) -> None:
        """Raise PermissionDenied if the token or the member lacks this permission."""
        if not self.access.can(permission, self.tag):
            if self.access.token:
                raise exceptions.PermissionDenied(_("The scopes of this token do not allow this."))
            raise exceptions.PermissionDenied(_("Your role does not allow this."))

    def _require(self, scopes: list[str]) -> None:
        """Raise Problem if the request is by a token that lacks one of these scopes."""
        if missing := self.access.missing_scope(scopes):
            raise Problem(403, _("This token lacks the scope %(scope)s.") % {"scope": missing}, scope=missing)

    @classmethod
    def scopes_needed(cls, method: str) -> list[str]:
        """The scopes that a token needs to use this method."""
        own = scopes_needed(cls.permissions[method], cls.tag, is_change=method != "GET")
        return own + [scope_of(resource, Scope.READ) for resource in cls.also_reads]

    def check_throttles(self, request: Request) -> None:
        """Raise Problem (429) if the client or its team has used up the requests of this minute."""
        usage = self.access.usage
        if not (usage and usage.is_exceeded):
            return
        if usage.is_of_team:
            problem = _("Your team has used up its requests for this minute.")
        elif self.access.token:
            problem = _("This token has used up its requests for this minute.")
        else:
            problem = _("You have used up your requests for this minute.")
        raise Problem(429, problem, wait=usage.resets_in)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the `RateLimit-*` headers, forbid caching, and record whose data was read."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.learners_read and response.status_code < 400:
            record_reads(self.team.pk, self.access.client, self.access.name, self.learners_read)
        response.headers.setdefault("Cache-Control", "no-store")
        access = getattr(request, "_auth", None)
        if access is not None and access.usage:
            response.headers["RateLimit-Limit"] = str(access.usage.limit)
            response.headers["RateLimit-Remaining"] = str(access.usage.remaining)
            response.headers["RateLimit-Reset"] = str(access.usage.resets_in)
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """An empty response with the methods in `Allow`; the schema describes the rest."""
        return Response(status=204)

    def _read_query(self) -> dict[str, Any]:
        """The cleaned parameters. Raises InvalidQuery, also for unknown or repeated ones."""
        operation, sent = self.operation, self.request.query_params
        if not sent:
            return dict(operation.defaults)
        unknown = [name for name in sent if name not in operation.parameters | {"team"}]
        errors: dict[str, Any] = {name: [ErrorDetail(_("Unknown parameter."), "unknown")] for name in unknown}
        repeated = [name for name in sent if len(sent.getlist(name)) > 1 and name not in operation.lists]
        errors |= {name: [ErrorDetail(_("Send it only once."), "repeated")] for name in repeated}
        values = {name: sent.getlist(name) if name in operation.lists else text for name, text in sent.items()}
        try:
            query = operation.read_query(values)
        except exceptions.ValidationError as invalid:
            errors |= cast("dict[str, Any]", invalid.detail)
        if errors:
            raise InvalidQuery(errors)
        return query

    @cached_property
    def learners_read(self) -> set[int]:
        """The primary keys of the learners whose data the response contains."""
        return set()

    @cached_property
    def body(self) -> dict[str, Any]:
        """The cleaned body. Raises ValidationError."""
        serializer = (self.operation.body or StrictSerializer)(
            data=self.request.data, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def require_body(self) -> None:
        """Raise ValidationError now if the operation takes a body and it is not valid."""
        if self.operation.body:
            _checked = self.body

    def get_serializer_context(self) -> dict[str, Any]:
        """The serializers' context: the team, `fields` and `expand` of the query, and the set of learners shown."""
        query = getattr(self, "query", {})
        return {
            "team": self.team,
            "fields": query.get("fields"),
            "expand": query.get("expand", ()),
            "learners_read": self.learners_read,
        }

    def show(self, serializer: type[BaseSerializer[Any]], thing: Any, status: int = 200, **headers: str) -> Response:
        """A response with one object; the keywords become headers, such as `ETag="…"`."""
        shown: BaseSerializer[Any] = serializer(thing, context=self.get_serializer_context())
        return Response(shown.data, status, headers={name.replace("_", "-"): text for name, text in headers.items()})

    def get_or_404(self, rows: QuerySet[Row], **key: Any) -> Row:
        """The row with this key and what `expand` asks for; else 404."""
        return get_object_or_404(self.related(rows), **key)

    def related(self, rows: QuerySet[Row]) -> QuerySet[Row]:
        """The rows with what `expand` asks for."""
        expand = self.query.get("expand", ())
        return rows.select_related(*expand) if expand else rows

    def page(
        self, serializer: type[ResourceSerializer], rows: QuerySet[Any], order: Order, name: str = "", **context: Any
    ) -> Response:
        """A page of rows in this order, as the query's `cursor` and `limit` say."""
        return self.page_response(serializer, self.rows(rows, order, name), order, name, **context)

    def rows(self, rows: QuerySet[Row], order: Order, name: str = "") -> list[Row]:
        """The rows of this page, and the first of the next page if there is one."""
        return list(order.sort(order.after(rows, self.place(order, rows.model, name)))[: self.query["limit"] + 1])

    def place(self, order: Order, model: Any, name: str = "") -> Place | None:
        """The place of the row after which the page begins; None for the first page."""
        cursor = self.query.get("cursor")
        return read_cursor(cursor, name, order, model) if cursor else None

    def page_response(
        self, serializer: type[ResourceSerializer], found: list[Any], order: Order, name: str = "", **context: Any
    ) -> Response:
        """A page of these rows, of which there is one more than `limit` if there is a next page."""
        limit = self.query["limit"]
        next_page = None
        if len(found) > limit:
            query = self.request.query_params.copy()
            query["cursor"] = write_cursor(name, order, found[limit - 1])
            next_page = f"{settings.BASE_URL}{self.request.path}?{query.urlencode()}"
        shown = serializer(found[:limit], many=True, context=self.get_serializer_context() | context)
        return Response({"next": next_page, "results": shown.data})
