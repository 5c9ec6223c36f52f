"""The API's headers, as described in the schema."""

from __future__ import annotations

from typing import Literal

from drf_spectacular.utils import OpenApiParameter

from helpdesk.api.framework.idempotency import REPLAYED

SUCCESS = [200, 201, 202, 204]
LIMITED = [*SUCCESS, 429]  # the responses to requests that the rate limit counts
ADDRESS = {"type": "string", "format": "uri-reference"}
HEADER: Literal["header"] = "header"
ENTITY_TAG = '(W/)?"[!#-~]*"'
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    HEADER,
    description="A unique text for this request, such as a UUID. If you repeat the request with the same key "
    "within 24 hours, it is not carried out again: you get the first response, with "
    "`Idempotent-Replayed: true`.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": rf"^(\*|{ENTITY_TAG}(, *{ENTITY_TAG})*)$"},
    HEADER,
    description="The `ETag` of the ticket as you know it, or several separated by commas. If the ticket has "
    "changed since, nothing is done, and the 412 says what changed. Without this header, the change is "
    "always made.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    HEADER,
    response=SUCCESS,
    description="The ticket's version, for `If-Match`.",
)
LOCATION = OpenApiParameter("Location", ADDRESS, HEADER, response=[201], description="The address of the new resource.")
REPLAYED_BEFORE = OpenApiParameter(
    REPLAYED,
    {"type": "string", "enum": ["true"]},
    HEADER,
    response=SUCCESS,
    description="Present if this repeats the first response to this `Idempotency-Key`.",
)
AUTHENTICATE = OpenApiParameter(
    "WWW-Authenticate", str, HEADER, response=[401], description="States that a bearer token is needed."
)
RETRY_AFTER = OpenApiParameter(
    "Retry-After",
    int,
    HEADER,
    response=[409, 429, 503],
    description="Seconds to wait before trying again. A 409 includes it if somebody else is busy with the same "
    "thing at the moment; without it, trying again is useless until something changes.",
)
USAGE = [
    OpenApiParameter(
        "RateLimit-Limit",
        int,
        HEADER,
        response=LIMITED,
        description="Requests per minute: the limit of this token or person, or of the whole team, whichever has "
        "fewer left.",
    ),
    OpenApiParameter("RateLimit-Remaining", int, HEADER, response=LIMITED, description="Requests left in this minute."),
    OpenApiParameter("RateLimit-Reset", int, HEADER, response=LIMITED, description="Seconds until the limit is reset."),
]
IN_PROGRESS = [
    OpenApiParameter("Location", ADDRESS, HEADER, response=[202], description="The address that shows the progress."),
    OpenApiParameter("Retry-After", int, HEADER, response=[202], description="Seconds to wait before asking there."),
]
