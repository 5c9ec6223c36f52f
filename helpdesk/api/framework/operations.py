"""`@operation`: what a method of the API takes and answers, said once, for the view and for the schema."""

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
    """A method named `name` in the schema, which answers with what `response` shows, or with a `page` of such.

    The method's docstring describes it to integrators. It gives a Response, or the thing itself, which is then shown.
    It runs in the team's time zone; a POST is carried out once under an `Idempotency-Key`.

    `query`: its parameters; without it those of the resource, `fields` and `expand`. `located`: what it makes has an
    address, in `Location`. `versioned`: what it shows has an `ETag`. `if_match`: it minds `If-Match`, and is versioned.

    `is_secret`: what it answers is kept nowhere, and so not repeated under an `Idempotency-Key`.

    `progress`: the method only begins what may last, and this method of the view answers, from what that gave, how far
    it is: 200 when it is done, else 202 with the `Location` at which to ask again.
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
        """Decorate the method: carry it out, show what it gives, describe it in the schema."""

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
        """The names of those that may be given more than once."""
        return frozenset(name for name, field in self._query().fields.items() if isinstance(field, NamesField))

    @cached_property
    def expansions(self) -> dict[str, str]:
        """What `expand` may name, each with the scope that a token needs for it."""
        expand = self._query().fields.get("expand")
        return expand.scopes if isinstance(expand, ExpandField) else {}

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """What the parameters are where none is given."""
        return self.read_query({})

    def read_query(self, values: dict[str, Any]) -> dict[str, Any]:
        """The parameters, cleaned. Raises ValidationError."""
        serializer = self._query(data=values)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _query(self, **kwargs: Any) -> QuerySerializer:
        return (self.query or QuerySerializer)(**kwargs)

    def _described_parameters(self, method: str) -> list[Any]:
        """The query, and the headers of the request and of its responses."""
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
        """By status: success, and the problems that are possible."""
        is_write = method != "get"
        success: Any = _page_of(self.response) if self.page else self.response
        responses: dict[Any, OpenApiResponse] = {self.status: OpenApiResponse(success, self.summary)}
        if self.progress:
            responses[202] = OpenApiResponse(self.response, "It goes on; ask again at `Location`")
        codes = {401, 403, 404, 406, 429, 503}
        codes |= {400} if is_write or self.query else set()
        codes |= {409, 413, 415, 422} if is_write else set()
        codes |= {412} if self.if_match else set()
        for code in sorted(codes):
            serializer = PROBLEMS_OF.get(code, ProblemSerializer)
            responses[code, CONTENT_TYPE] = OpenApiResponse(serializer, PROBLEMS[code][1])
        return responses


operation = Operation  # its name as a decorator


def list_operation(
    name: str,
    summary: str,
    serializer: type[ResourceSerializer],
    *,
    query: type[PageQuery] = PageQuery,
    order: Order = BY_ID,
) -> Callable[[Callable[..., QuerySet[Any]]], Callable[..., Response]]:
    """An operation that gives rows, and answers with a page of them in this order, with what `expand` asks for.

    `query` is what it takes beside `fields` and `expand`.
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
