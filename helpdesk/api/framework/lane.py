"""The lane of the API: its requests cannot hold the threads of the pages, nor they those of the API."""

from __future__ import annotations

import json

from django.conf import settings

from helpdesk.api.framework.parsing import MAX_BODY, MAX_UPLOAD
from helpdesk.api.framework.problems import CONTENT_TYPE, body_of
from helpdesk.operations.lanes import Environ, Lane, has_cookie


def says_who_it_is(environ: Environ) -> bool:
    """Whether there is a token or a session; without, the answer is 401 whatever the body says."""
    return "HTTP_AUTHORIZATION" in environ or has_cookie(environ, settings.SESSION_COOKIE_NAME)


def render(status: int, sentence: str) -> tuple[str, bytes]:
    """The media type and the body of a problem, for what the gateway itself refuses."""
    return CONTENT_TYPE, json.dumps(body_of(status, sentence), ensure_ascii=False).encode()


# Before the API's own: of its addresses, the one that takes files. Registered first, it is asked first.
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
