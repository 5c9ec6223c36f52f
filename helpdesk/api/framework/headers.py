"""The headers of the API, as the schema describes them."""

from __future__ import annotations

from typing import Literal

from drf_spectacular.utils import OpenApiParameter

from helpdesk.api.framework.idempotency import REPLAYED

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
