"""Reading the body: JSON, of a bounded size."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_BODY = 256 * 1024  # bytes


class BoundedJSONParser(JSONParser):
    """JSON that can be stored as UTF-8 and is not nested too deeply."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The value. Raises ParseError."""
        try:
            value = super().parse(stream, media_type, parser_context)
            json.dumps(value, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except UnicodeEncodeError:
            raise ParseError(_("The JSON has half of a surrogate pair, which is no character.")) from None
        return value


def read_body(request: HttpRequest) -> None:
    """Read the body into the request, where parser and fingerprint find it. Raises RequestDataTooBig.

    Django by itself takes a chunked body, which names no length, for an empty one.
    """
    if hasattr(request, "_body"):
        return
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        body = request.META["wsgi.input"].read(MAX_BODY + 1)
        request.META["CONTENT_LENGTH"] = str(len(body))
    else:
        body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise RequestDataTooBig
    request._body = body
