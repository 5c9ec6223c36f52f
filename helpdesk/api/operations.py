"""`@operation`: what a method of the API takes and gives, said once, for the view and for the schema."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Literal

from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.idempotency import REPLAYED, once
from helpdesk.api.problems import CONTENT_TYPE, PROBLEMS
from helpdesk.api.serializers import NamesField, QuerySerializer, StrictSerializer

SUCCESS = [200, 201, 202, 204]
COUNTED = [*SUCCESS, 429]
ADDRESS = {"type": "string", "format": "uri-reference"}
HEADER: Literal["header"] = "header"
ENTITY_TAG = '(W/)?"[!#-~]*"'
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    HEADER,
    description="A text of your own for this request, such as a UUID. Sent again under the same key within 24 hours, "
    "it is not carried out again; the first answer comes back, with `Idempotent-Replayed: true`.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": rf"^(\*|{ENTITY_TAG}(, *{ENTITY_TAG})*)$"},
    HEADER,
    description="The `ETag` of the ticket as you know it, or several with commas between them. Where it has changed "
    "since, nothing is done, and the 412 tells what changed. Without it the change is made whatever happened in the "
    "meantime.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    HEADER,
    response=SUCCESS,
    description="The ticket's version, for `If-Match`.",
)
LOCATION = OpenApiParameter("Location", ADDRESS, HEADER, response=[201], description="The address of what was made.")
REPLAYED_BEFORE = OpenApiParameter(
    REPLAYED,
    {"type": "string", "enum": ["true"]},
    HEADER,
    response=SUCCESS,
    description="There where this is the first answer to this `Idempotency-Key` once more.",
)
AUTHENTICATE = OpenApiParameter(
    "WWW-Authenticate", str, HEADER, response=[401], description="That a token is sent as a bearer."
)
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    HEADER,
    response=[409, 429, 503],
    description="In how many seconds to try again. A 409 has it where somebody else is at work just now; one without "
    "it stays until something changes.",
)
USAGE = [
    OpenApiParameter(
        "RateLimit-Limit",
        int,
        HEADER,
        response=COUNTED,
        description="Requests a minute: of this token or person, or of the team in all, whichever has fewer left.",
    ),
    OpenApiParameter("RateLimit-Remaining", int, HEADER, response=COUNTED, description="Those left in this minute."),
    OpenApiParameter(
        "RateLimit-Reset", int, HEADER, response=COUNTED, description="Seconds until there are all again."
    ),
]
IN_PROGRESS = [
    OpenApiParameter("Location", ADDRESS, HEADER, response=[202], description="Where to ask how far it is."),
    OpenApiParameter("Retry-After", int, HEADER, response=[202], description="In how many seconds to ask."),
]


@dataclass
class Operation:
    """The parameters and the body that a method takes."""

    query: type[QuerySerializer] = QuerySerializer
    body: type[StrictSerializer] = StrictSerializer

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters."""
        return frozenset(self.query().fields)

    @cached_property
    def lists(self) -> frozenset[str]:
        """The names of those that may be given more than once."""
        return frozenset(name for name, field in self.query().fields.items() if isinstance(field, NamesField))

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """What the parameters are where none is given."""
        serializer = self.query(data={})
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class ProblemErrorSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """What is wrong with one field."""

    field = serializers.CharField(help_text="The field or parameter; nested ones with dots. Empty for the whole.")
    code = serializers.CharField(help_text="The rule that it breaks, for machines.")
    detail = serializers.CharField(help_text="What is wrong, for people, in the language of `Accept-Language`.")


class ProblemSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """What went wrong, as RFC 9457 has it; every error of this API looks like this."""

    type = serializers.CharField(help_text="Which kind of problem; an address that explains it.")
    title = serializers.CharField(help_text="The kind of problem in a few words, always the same.")
    status = serializers.IntegerField(help_text="The status of the response.")
    detail = serializers.CharField(help_text="What happened, for people, in the language of `Accept-Language`.")
    errors = ProblemErrorSerializer(  # type: ignore[assignment] # a field of that name
        many=True, required=False, help_text="Each field that does not fit."
    )


class ChangeMeanwhileSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """What somebody did to the ticket in the meantime."""

    kind = serializers.CharField(help_text="What happened; one of the kinds of an event.")
    sentence = serializers.CharField(help_text="All of it in a sentence, in `Accept-Language`.")
    actor = serializers.CharField(help_text="The name of the person or token.")
    version = serializers.IntegerField(help_text="The ticket's version after it.")
    created_at = serializers.DateTimeField(help_text="When.")


class ChangedMeanwhileSerializer(ProblemSerializer):
    """A 412: the ticket is no more as `If-Match` says."""

    version = serializers.IntegerField(help_text="The ticket's version now.")
    changes = ChangeMeanwhileSerializer(many=True, help_text="What happened since, the newest hundred at most.")


PROBLEMS_OF = {412: ChangedMeanwhileSerializer}  # by status, where there is more to tell than of others


def operation(
    name: str,
    summary: str,
    *,
    query: type[QuerySerializer] | None = None,
    body: type[StrictSerializer] | None = None,
    gives: type[serializers.BaseSerializer[Any]] | None = None,
    page: bool = False,
    status: int = 200,
    located: bool = False,
    versioned: bool = False,
    matches: bool = False,
    progress: Callable[[Any, Any], Response] | None = None,
    examples: tuple[OpenApiExample, ...] = (),
) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """A method named `name` in the schema that answers with one of `gives`, or a `page` of them.

    `located`: what it makes has an address, in `Location`. `versioned`: what it shows has an `ETag`. `matches`: it
    minds `If-Match`, and is versioned. A POST is carried out once under an `Idempotency-Key`. The method's docstring
    describes it to integrators.

    `progress`: the method only begins what may last, and this method of the view answers, from what that gave, how far
    it is: 200 when it is done, else 202 with the `Location` at which to ask again.
    """

    def decorate(method: Callable[..., Response]) -> Callable[..., Response]:
        is_post, is_write = method.__name__ == "post", method.__name__ != "get"

        @wraps(method)
        def run(view: Any, request: Any, **kwargs: Any) -> Response:
            with timezone.override(view.team.zone):
                if is_post:
                    follow = partial(progress, view) if progress else None
                    return once(request, view.access, lambda: method(view, request, **kwargs), follow)
                return method(view, request, **kwargs)

        run.operation = Operation(query or QuerySerializer, body or StrictSerializer)  # type: ignore[attr-defined]
        codes = {401, 403, 404, 406, 429, 503}
        codes |= {400} if is_write or query else set()
        codes |= {409, 413, 415, 422} if is_write else set()
        codes |= {412} if matches else set()
        parameters: list[Any] = [*USAGE, AUTHENTICATE, RETRY_AFTER]
        parameters += [query] if query else []
        parameters += [IDEMPOTENCY_KEY, REPLAYED_BEFORE] if is_post else []
        parameters += [IF_MATCH] if matches else []
        parameters += [ETAG] if matches or versioned else []
        parameters += [LOCATION] if located else []
        parameters += IN_PROGRESS if progress else []
        answer: Any = OpenApiResponse(_paged(gives) if page and gives else gives, summary)
        unfinished = {202: OpenApiResponse(gives, "It goes on; ask again at `Location`")} if progress else {}
        return extend_schema(
            operation_id=name,
            summary=summary,
            parameters=parameters,
            request=body,
            responses={
                status: answer,
                **unfinished,
                **{
                    (code, CONTENT_TYPE): OpenApiResponse(PROBLEMS_OF.get(code, ProblemSerializer), PROBLEMS[code][1])
                    for code in sorted(codes)
                },
            },
            examples=list(examples),
        )(run)

    return decorate


def _paged(gives: Any) -> Any:
    name = gives.__name__.removesuffix("Serializer")
    return inline_serializer(
        f"{name}Page",
        {
            "next": serializers.URLField(allow_null=True, help_text="The address of the next page; null on the last."),
            "results": gives(many=True, help_text="This page."),
        },
    )
