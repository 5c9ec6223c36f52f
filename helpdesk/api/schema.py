"""The description of the API in OpenAPI 3.1, made from the code."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from helpdesk.api.problems import read_only


class ApiSchema(AutoSchema):
    """Operations under the tag of their view."""

    def get_tags(self) -> list[str]:
        """The resource."""
        return [self.view.tag]  # type: ignore[attr-defined] # every view has one


def tidy(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """What only the library reads is left out."""
    return cast("dict[str, Any]", _without(result, "x-spec-enum-id"))


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _without(inner, key) for name, inner in value.items() if name != key}
    return [_without(inner, key) for inner in value] if isinstance(value, list) else value


@lru_cache(maxsize=1)
def make_schema() -> dict[str, Any]:
    """The whole description, in English whatever language is active."""
    with override("en"):
        schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call] # the library types little
    return schema


@read_only
def schema(request: HttpRequest) -> HttpResponse:
    """The description, for anybody."""
    return JsonResponse(make_schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})
