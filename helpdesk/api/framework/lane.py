"""The API's lanes, so that its requests and those for pages cannot occupy each other's threads."""

from __future__ import annotations

import json

from django.conf import settings

from helpdesk.api.framework.parsing import MAX_BODY, MAX_UPLOAD
from helpdesk.api.framework.problems import CONTENT_TYPE, body_of
from helpdesk.operations.lanes import Environ, Lane, has_cookie


def says_who_it_is(environ: Environ) -> bool:
    """Whether there is a token or a session; without them the response is a 401, whatever the body."""
    return "HTTP_AUTHORIZATION" in environ or has_cookie(environ, settings.SESSION_COOKIE_NAME)


def render(status: int, sentence: str) -> tuple[str, bytes]:
    """Media type and body of an error response that the gateway itself sends."""
    return CONTENT_TYPE, json.dumps(body_of(status, sentence), ensure_ascii=False).encode()


# For uploads only; registered before the API's main lane, so that it is matched first.
UPLOADS = Lane(
    "api_uploads",
    ("/api/v1/attachments",),
    MAX_UPLOAD,
    threads=2,
    is_worth_reading=says_who_it_is,
    body_time=120,
    throttled_status=401,
    throttles_everywhere=True,
    render=render,
)
LANE = Lane(
    "api",
    ("/api/",),
    MAX_BODY,
    is_worth_reading=says_who_it_is,
    throttled_status=401,
    throttles_everywhere=True,
    render=render,
)
