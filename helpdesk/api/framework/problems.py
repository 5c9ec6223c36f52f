"""All errors in one format: problem details. Source: RFC 9457."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from psycopg.errors import LockNotAvailable
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import set_rollback

from helpdesk.operations.availability import find_database_error, mark_unavailable, unavailable_page

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
NO_ZONE = "no_zone"  # the code of a time without a zone: a 400 even in a body, not a 422

# The last part of each problem's type, as in the reference, and its title.
PROBLEMS: dict[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be read"),
    401: ("not-authenticated", "No valid token or session"),
    403: ("not-allowed", "Not allowed"),
    404: ("not-found", "Not found"),
    405: ("method-not-allowed", "Method not allowed"),
    406: ("not-acceptable", "Not acceptable"),
    408: ("too-slow", "The body took too long"),
    409: ("refused", "The current state does not allow this"),
    412: ("changed-meanwhile", "Changed meanwhile"),
    413: ("too-large", "The body is too large"),
    415: ("unsupported-media-type", "Unsupported media type"),
    422: ("invalid", "The data is not valid"),
    429: ("too-many-requests", "Too many requests"),
    500: ("server-error", "Internal error"),
    503: ("unavailable", "Temporarily unavailable"),
}


class Problem(exceptions.APIException):
    """An error with a status, a sentence for a person, and `more` members of its kind.

    `wait`: seconds after which the client may try again.
    """

    def __init__(self, status: int, detail: str, *, wait: int | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.status_code, self.more, self.wait = status, more, wait


class Conflict(Problem):
    """A 409: the current state does not allow the change; `field` names the part of the body that it is about."""

    def __init__(self, detail: str, field: str = "") -> None:
        more: dict[str, Any] = {"errors": [{"field": field, "code": "refused", "detail": detail}]} if field else {}
        super().__init__(409, detail, **more)


class InvalidQuery(exceptions.ValidationError):
    """A 400: a query parameter is unknown or not valid."""

    status_code = 400

    @classmethod
    def of_form(cls, errors: Mapping[str, Iterable[Any]]) -> InvalidQuery:
        """The error with a form's messages, by parameter."""
        return cls({name: [exceptions.ErrorDetail(str(text), "invalid") for text in errors[name]] for name in errors})


def body_of(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """The members of a problem's body."""
    kind, title = PROBLEMS.get(status, PROBLEMS[400])
    return {"type": f"/api/v1/docs#{kind}", "title": title, "status": status, "detail": detail, **more}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: the problem for this error; None for unexpected errors, which Django handles."""
    status, detail, more, headers = _read(error)
    if not status and isinstance(error.__cause__, LockNotAvailable) and context["request"].method not in SAFE_METHODS:
        status, headers = 409, {"Retry-After": "1"}
        detail = _("Someone else is changing this right now; try again.")
    if not status:
        return None
    set_rollback()
    return Response(body_of(status, detail, **more), status, headers=headers, content_type=CONTENT_TYPE)


def _read(error: Exception) -> tuple[int, str, dict[str, Any], dict[str, str]]:
    match error:
        case Problem():
            return error.status_code, str(error.detail), error.more, _headers(error)
        case exceptions.ValidationError():
            errors = list(_errors(error.detail))
            is_unclear = isinstance(error, InvalidQuery) or any(each["code"] == NO_ZONE for each in errors)
            detail = _("Some values are not valid; see “errors”.")
            return 400 if is_unclear else 422, detail, {"errors": errors}, {}
        case exceptions.APIException():
            return error.status_code, str(error.detail), {}, _headers(error)
        case Http404():
            return 404, _("This does not exist in your team."), {}, {}
        case PermissionDenied():
            return 403, _("You are not allowed to do this."), {}, {}
        case RequestDataTooBig():
            return 413, _("The body is too large."), {}, {}
        case UnreadablePostError() | SuspiciousOperation():
            return 400, _("The request could not be read to the end."), {}, {}
    return 0, "", {}, {}


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(int(wait))
    return headers


def _errors(detail: Any, field: str = "") -> Any:
    """A serializer's errors as a flat list, each with its field; nested fields are joined by dots."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            path = field if name == "non_field_errors" else f"{field}.{name}".lstrip(".")
            yield from _errors(inner, path)
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            if isinstance(inner, dict | list):
                yield from _errors(inner, f"{field}.{place}".lstrip("."))
            else:
                yield from _errors(inner, field)
    else:
        yield {"field": field, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}


def respond(status: int, detail: str) -> JsonResponse:
    """A problem's response outside of API views."""
    return JsonResponse(
        body_of(status, detail), status=status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def read_only(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Decorates a public, read-only page of the API; other methods get a 405, whatever token or cookie is sent."""

    @csrf_exempt
    @wraps(view)
    def read(request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return view(request)
        is_asked = request.method == "OPTIONS"
        response = HttpResponse(status=204) if is_asked else respond(405, _("This is read-only."))
        response["Allow"] = "GET, HEAD, OPTIONS"
        return response

    return read


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    """404, for unknown addresses of the API."""
    return respond(404, _("There is nothing at this address; see /api/v1/docs."))


def is_api(request: HttpRequest) -> bool:
    """Whether the request is for the API, so that its errors are problems."""
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`: requests that Django itself rejects."""
    from django.views.defaults import bad_request as page

    return respond(400, _("The request could not be read.")) if is_api(request) else page(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: 503 if the database is not available; otherwise our own error, which is logged."""
    from django.views.defaults import server_error as page

    if find_database_error(sys.exc_info()[1]):
        if is_api(request):
            return mark_unavailable(respond(503, _("The database is not responding at the moment; try again.")))
        return unavailable_page()
    return respond(500, _("Something went wrong on our side.")) if is_api(request) else page(request)
