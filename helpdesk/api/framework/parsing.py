"""Parses request bodies: uncompressed JSON or forms of a limited size."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser, JSONParser, MultiPartParser

MAX_BODY = 256 * 1024  # bytes
MAX_UPLOAD = 26 * 2**20  # bytes: one file and the form around it


class PlainParser(BaseParser):
    """A parser of uncompressed bodies."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The parsed body. Raises UnsupportedMediaType if it is compressed."""
        compression = (parser_context or {})["request"].headers.get("Content-Encoding", "").strip().lower()
        if compression not in {"", "identity"}:
            raise UnsupportedMediaType(compression, _("Send the body uncompressed, without Content-Encoding."))
        return self.read(stream, media_type, parser_context)

    def read(self, stream: Any, media_type: Any, parser_context: Any) -> Any:
        """The body, parsed by the class that this one is mixed into."""
        return super().parse(stream, media_type, parser_context)


class FormParser(PlainParser, MultiPartParser):
    """Forms with files."""


class BoundedJSONParser(PlainParser, JSONParser):
    """JSON that can be stored as UTF-8, is not nested too deeply, and has no duplicate keys."""

    def read(self, stream: Any, media_type: Any, parser_context: Any) -> Any:
        """The parsed JSON. Raises ParseError."""
        encoding = parser_context.get("encoding", "utf-8")
        try:
            text = stream.read().decode(encoding).removeprefix("\ufeff")  # a byte order mark, which some clients send
            value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object_of)
            json.dumps(value, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError(_("The JSON is nested too deeply.")) from None
        except UnicodeEncodeError:
            raise ParseError(_("The JSON contains half of a surrogate pair, which is not a character.")) from None
        except (ValueError, LookupError) as error:
            raise ParseError(_("This is not JSON: %(error)s") % {"error": error}) from None
        return value


def _refuse_constant(constant: str) -> Any:
    raise ValueError(constant)


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ParseError(_("The JSON has a duplicate key: %(name)s.") % {"name": _first_repeated(pairs)})
    return found


def _first_repeated(pairs: list[tuple[str, Any]]) -> str:
    names = [name for name, _value in pairs]
    repeated = next(name for name in names if names.count(name) > 1)
    return repeated[:100].encode(errors="replace").decode()


def read_body(request: HttpRequest, most: int = MAX_BODY) -> None:
    """Read the body, of at most `most` bytes, into the request, for the parser and the idempotency fingerprint.

    Raises RequestDataTooBig. Django treats a chunked body, which has no Content-Length, as empty.
    """
    if hasattr(request, "_body"):
        return
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        body = request.META["wsgi.input"].read(most + 1)
        request.META["CONTENT_LENGTH"] = str(len(body))
    else:
        body = request.read(most + 1)
    if len(body) > most:
        raise RequestDataTooBig
    request._body = body
