"""The OpenAPI 3.1 schema of the API, made from the code."""

from __future__ import annotations

import re
from functools import lru_cache
from threading import Lock
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from helpdesk.api.framework.problems import read_only


class ApiSchema(AutoSchema):
    """Describes operations, under the tag of their view."""

    def get_description(self) -> str:  # type: ignore[override] # as the library has it
        """The method's docstring, and the scopes that a token needs."""
        scopes = ", ".join(f"`{scope}`" for scope in self._scopes)
        return f"{super().get_description()}\n\nScopes that a token needs: {scopes}."

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """The operation with its scopes for programs, including those that `expand` needs."""
        operation = super().get_operation(*args, **kwargs)
        if not operation:
            return operation
        expansions = getattr(self.view, self.method.lower()).operation.expansions
        more = {"x-expand-scopes": expansions} if expansions else {}
        return operation | {"x-required-scopes": self._scopes} | more

    @property
    def _scopes(self) -> list[str]:
        needed: list[str] = self.view.scopes_needed(self.method)  # type: ignore[attr-defined] # every view says them
        return needed

    def get_tags(self) -> list[str]:
        """The tag of the view, by which the reference groups operations."""
        return [self.view.tag]  # type: ignore[attr-defined] # every view has one


TAGS = {
    "tickets": "Help requests, and everything that can be done with them.",
    "tags": "Words that a team uses to group its tickets.",
    "saved views": "Named filters of the inbox, personal or shared with the team.",
    "canned replies": "Prepared texts to insert into replies.",
    "first replies": "Automatic e-mails that ask learners what their help request is about.",
    "learners": "The people who ask for help, and what they did in the courses.",
    "courses": "The courses and lessons that learners ask about, and the producers of the courses.",
    "team": "The team and its members.",
    "sources": "The sources of events, and each event as it was received.",
    "reports": "Figures for a period, such as the number of help requests and the response times.",
}


def tidy(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Add what the library does not know, and fix what client generators reject."""
    result["servers"] = [{"url": settings.BASE_URL}]
    result["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    return cast("dict[str, Any]", _tidied(result))


def _tidied(value: Any) -> Any:
    if isinstance(value, list):
        return [_tidied(each) for each in value]
    if not isinstance(value, dict):
        return value
    value = {name: _tidied(inner) for name, inner in value.items() if name != "x-spec-enum-id"}
    match value.get("oneOf"):
        case [{"type": "string", "pattern": pattern} as text, {"maxLength": 0}] if re.search(pattern, ""):
            del value["oneOf"]  # an empty text would match both alternatives
            value |= text
    return value


_making = Lock()  # the library changes global state, so only one thread may make the schema


def make_schema() -> dict[str, Any]:
    """The schema, in English whatever language is active; made once per process."""
    with _making:
        return _make_schema()


@lru_cache(maxsize=1)
def _make_schema() -> dict[str, Any]:
    with override("en"):
        schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # the library types little
    return schema


@read_only
def schema(request: HttpRequest) -> HttpResponse:
    """The schema, which is public."""
    return JsonResponse(make_schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})
