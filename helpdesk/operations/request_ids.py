"""The ID of what a thread works on, be it a request, a job or a batch: in the log, in the answer's header, and, where
it is wished, in every query.
"""

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
# Neither a name nor an address fits into it, whoever sends it.
ACCEPTED = re.compile(r"[0-9A-Fa-f-]{16,64}", re.ASCII)

JOB, BATCH = "job-", "batch-"

_current: ContextVar[str] = ContextVar("helpdesk_request_id", default="")


def current_id() -> str:
    """The ID of the request or job that this thread works on; empty for neither."""
    return _current.get()


def is_of_request() -> bool:
    """Whether the current ID is a request's."""
    return bool(current_id()) and not current_id().startswith((JOB, BATCH))


def request_id_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request an ID: that of the proxy in front, else one of our own.

    It stays beyond the answer, about which Django logs once no middleware is left; the thread's next request has its
    own.
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
    """Give each job its own, by which it is found in the admin."""
    token = _current.set(f"{JOB}{context.job.id}")
    try:
        return await call_next()
    finally:
        _current.reset(token)


@contextmanager
def batch_id() -> Iterator[None]:
    """Give what a service does in one go an ID of its own.

    It stays where that fails, about which is logged further out; the thread's next batch has its own.
    """
    token = _current.set(f"{BATCH}{uuid.uuid4().hex[:16]}")
    yield
    _current.reset(token)


def tag_query(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Send the ID with the query, as a comment, so that the database's own log and pg_stat_activity tell it."""
    request_id = current_id()
    return execute(f"{sql} /* {request_id} */" if request_id and isinstance(sql, str) else sql, params, many, context)
