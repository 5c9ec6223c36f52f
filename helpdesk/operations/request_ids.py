"""IDs for requests, jobs and batches, shown in the log, in response headers and, if wished, in every query."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from procrastinate.job_context import JobContext

HEADER = "X-Request-ID"
# Neither a name nor an e-mail address fits, whoever sends the ID.
ACCEPTED = re.compile(r"[0-9A-Fa-f-]{16,64}", re.ASCII)

JOB, BATCH = "job-", "batch-"

_current: ContextVar[str] = ContextVar("helpdesk_request_id", default="")


def current_id() -> str:
    """The ID of what this thread is working on; empty if there is none."""
    return _current.get()


def is_of_request() -> bool:
    """Whether the current ID belongs to a request."""
    return bool(current_id()) and not current_id().startswith((JOB, BATCH))


def request_id_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request an ID: that of the proxy in front, or a new one.

    It stays set after the response, since Django logs about it outside all middleware; the thread's next request gets
    its own.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "") if settings.BEHIND_PROXY else ""
        request_id = given.lower() if ACCEPTED.fullmatch(given) else uuid.uuid4().hex
        _current.set(request_id)
        response = get_response(request)
        response.headers[HEADER] = request_id
        return response

    return middleware


async def job_id_middleware(call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Any) -> Any:
    """Give each job an ID, by which the admin finds it."""
    token = _current.set(f"{JOB}{context.job.id}")
    try:
        return await call_next()
    finally:
        _current.reset(token)


@contextmanager
def batch_id() -> Iterator[None]:
    """Give one batch of a service's work its own ID.

    It stays set if the batch fails, because the caller logs the error; the thread's next batch gets its own.
    """
    token = _current.set(f"{BATCH}{uuid.uuid4().hex[:16]}")
    yield
    _current.reset(token)


def tag_query(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Add the ID to the query as a comment, for the database's log and pg_stat_activity."""
    request_id = current_id()
    return execute(f"{sql} /* {request_id} */" if request_id and isinstance(sql, str) else sql, params, many, context)
