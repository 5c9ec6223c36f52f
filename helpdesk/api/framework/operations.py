"""`@operation`: declares once what an API method takes and returns, for both the view and the schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from functools import partial, wraps
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework import headers
from helpdesk.api.framework.idempotency import idempotent
from helpdesk.api.framework.pagination import BY_ID
from helpdesk.api.framework.parameters import ExpandField, NamesField, PageQuery, QuerySerializer, query_of
from helpdesk.api.framework.problem_serializers import PROBLEMS_OF, ProblemSerializer
from helpdesk.api.framework.problems import CONTENT_TYPE, PROBLEMS
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.ui.keyset import Order


@dataclass
class Operation:
    """Decorates an API method: `name` is its ID in the schema, `response` serializes its result.

    The method's docstring describes it to integrators. It returns a Response, or the object to serialize; with `page`,
    a page of such objects. It runs in the team's time zone; a POST with an `Idempotency-Key` is carried out once.

    `query`: its parameters, by default the resource's `fields` and `expand`. `located`: the response has a `Location`.
    `versioned`: the response has an `ETag`. `if_match`: like `versioned`, and the method respects `If-Match`.

    `is_secret`: the response is not stored, so the method has no `Idempotency-Key`.

    `progress`: the method only begins long work, and this method of the view makes the response from its result: 200
    when the work is done, else 202 with the `Location` of the progress.
    """

    name: str
    summary: str
    _: KW_ONLY
    response: type[serializers.BaseSerializer[Any]] | None = None
    query: type[QuerySerializer] | None = None
    body: type[StrictSerializer] | None = None
    page: bool = False
    status: int = 200
    located: bool = False
    versioned: bool = False
    if_match: bool = False
    is_secret: bool = False
    progress: Callable[[Any, Any], Response] | None = None

    def __post_init__(self) -> None:
        if self.query is None and self.response and issubclass(self.response, ResourceSerializer):
            self.query = query_of(self.response)

    def __call__(self, method: Callable[..., Any]) -> Callable[..., Response]:
        """Decorate the method: run it, serialize its result, describe it in the schema."""

        def answer(view: Any, request: Any, **kwargs: Any) -> Response:
            result = method(view, request, **kwargs)
            return result if isinstance(result, Response) else view.show(self.response, result, self.status)

        @wraps(method)
        def run(view: Any, request: Any, **kwargs: Any) -> Response:
            with timezone.override(view.team.zone):
                if method.__name__ != "post" or self.is_secret:
                    return answer(view, request, **kwargs)
                progress = partial(self.progress, view) if self.progress else None
                return idempotent(request, view.access, lambda: answer(view, request, **kwargs), progress)

        run.operation = self  # type: ignore[attr-defined] # where TeamView finds it
        return extend_schema(
            operation_id=self.name,
            summary=self.summary,
            parameters=self._described_parameters(method.__name__),
            request=self.body,
            responses=self._described_responses(method.__name__),
        )(run)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters."""
        return frozenset(self._query().fields)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The names of the parameters that may be repeated."""
        return frozenset(name for name, field in self._query().fields.items() if isinstance(field, NamesField))

    @cached_property
    def expansions(self) -> dict[str, str]:
        """The names that `expand` accepts, each with the scope that a token needs for it."""
        expand = self._query().fields.get("expand")
        return expand.scopes if isinstance(expand, ExpandField) else {}

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The default values of the parameters."""
        return self.read_query({})

    def read_query(self, values: dict[str, Any]) -> dict[str, Any]:
        """The cleaned parameters. Raises ValidationError."""
        serializer = self._query(data=values)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _query(self, **kwargs: Any) -> QuerySerializer:
        return (self.query or QuerySerializer)(**kwargs)

    def _described_parameters(self, method: str) -> list[Any]:
        """The query parameters, and the headers of the request and of its responses."""
        parameters: list[Any] = [*headers.USAGE, headers.AUTHENTICATE, headers.RETRY_AFTER]
        parameters += [self.query] if self.query and self.parameters else []
        parameters += (
            [headers.IDEMPOTENCY_KEY, headers.REPLAYED_BEFORE] if method == "post" and not self.is_secret else []
        )
        parameters += [headers.IF_MATCH] if self.if_match else []
        parameters += [headers.ETAG] if self.if_match or self.versioned else []
        parameters += [headers.LOCATION] if self.located else []
        parameters += headers.IN_PROGRESS if self.progress else []
        return parameters

    def _described_responses(self, method: str) -> dict[Any, OpenApiResponse]:
        """The responses by status: success, and the possible problems."""
        is_write = method != "get"
        success: Any = _page_of(self.response) if self.page else self.response
        responses: dict[Any, OpenApiResponse] = {self.status: OpenApiResponse(success, self.summary)}
        if self.progress:
            responses[202] = OpenApiResponse(self.response, "Still in progress; ask again at `Location`")
        codes = {401, 403, 404, 406, 429, 503}
        codes |= {400} if is_write or self.query else set()
        codes |= {409, 413, 415, 422} if is_write else set()
        codes |= {412} if self.if_match else set()
        for code in sorted(codes):
            serializer = PROBLEMS_OF.get(code, ProblemSerializer)
            responses[code, CONTENT_TYPE] = OpenApiResponse(serializer, PROBLEMS[code][1])
        return responses


operation = Operation  # as a decorator


def list_operation(
    name: str,
    summary: str,
    serializer: type[ResourceSerializer],
    *,
    query: type[PageQuery] = PageQuery,
    order: Order = BY_ID,
) -> Callable[[Callable[..., QuerySet[Any]]], Callable[..., Response]]:
    """An operation whose method returns rows, and which responds with a page of them in this order.

    `query` holds its parameters other than `fields` and `expand`.
    """

    def decorate(method: Callable[..., QuerySet[Any]]) -> Callable[..., Response]:
        @wraps(method)
        def page(view: Any, request: Any, **kwargs: Any) -> Response:
            shown: Response = view.page(serializer, view.related(method(view, request, **kwargs)), order)
            return shown

        return operation(name, summary, response=serializer, query=query_of(serializer, query), page=True)(page)

    return decorate


def _page_of(serializer: Any) -> Any:
    name = serializer.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "next": serializers.URLField(
                allow_null=True, help_text="The address of the next page; null on the last one."
            ),
            "results": serializer(many=True, help_text="The rows of this page."),
        },
    )
